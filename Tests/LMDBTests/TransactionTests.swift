import LMDB
import Testing

struct TransactionTests {
    let folder: TemporaryFolder
    let environment: LMDBEnvironment
    let database: Database

    init() throws {
        folder = try TemporaryFolder()
        environment = try LMDBEnvironment(folder: folder.path, access: .create)
        database = try environment.database("things", create: true)
    }

    @Test func aCommittedValueIsReadBack() throws {
        try environment.write { try $0.put([1, 2, 3].span, for: Key(7 as UInt64), in: database) }
        let read = try environment.read { try $0.copy(of: Key(7 as UInt64), in: database) }
        #expect(read == [1, 2, 3])
        let lent = try environment.read { transaction in
            try transaction.value(for: Key(7 as UInt64), in: database) { $0.count }
        }
        #expect(lent == 3)
        #expect(try environment.read { try $0.contains(Key(8 as UInt64), in: database) } == false)
    }

    @Test func anEmptyValueIsNotAMissingOne() throws {
        let nothing: [UInt8] = []
        try environment.write { try $0.put(nothing.span, for: Key("empty"), in: database) }
        #expect(try environment.read { try $0.copy(of: Key("empty"), in: database) } == [])
        #expect(try environment.read { try $0.copy(of: Key("absent"), in: database) } == nil)
    }

    @Test func aDroppedTransactionChangesNothing() throws {
        do {
            var transaction = try environment.beginWriting()
            try transaction.put([1].span, for: Key("a"), in: database)
            #expect(try transaction.reading.contains(Key("a"), in: database))
        }
        #expect(try environment.read { try $0.count(of: database) } == 0)
    }

    @Test func aThrowingBodyChangesNothing() throws {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try environment.write { transaction in
                try transaction.put([1].span, for: Key("a"), in: database)
                throw Refusal()
            }
        }
        #expect(try environment.read { try $0.count(of: database) } == 0)
    }

    @Test func aReaderKeepsItsSnapshotWhileOthersWrite() throws {
        try environment.write { try $0.put([1].span, for: Key("a"), in: database) }
        let before = try environment.beginReading()
        try environment.write { try $0.put([2].span, for: Key("a"), in: database) }
        let after = try environment.beginReading()
        #expect(try before.copy(of: Key("a"), in: database) == [1])
        #expect(try after.copy(of: Key("a"), in: database) == [2])
        #expect(after.snapshot == before.snapshot + 1)
    }

    @Test func modesRefuseKeysThatAreThereOrOutOfOrder() throws {
        try environment.write { transaction in
            try transaction.put([1].span, for: Key(5 as UInt64), in: database, .append)
            #expect(throws: LMDBError.self) {
                try transaction.put([1].span, for: Key(4 as UInt64), in: database, .append)
            }
            #expect(throws: LMDBError.self) {
                try transaction.put([1].span, for: Key(5 as UInt64), in: database, .noOverwrite)
            }
            try transaction.put([9].span, for: Key(5 as UInt64), in: database)
        }
        #expect(try environment.read { try $0.copy(of: Key(5 as UInt64), in: database) } == [9])
    }

    @Test func aReservedValueIsFilledInPlace() throws {
        try environment.write { transaction in
            try transaction.put(byteCount: 100_000, for: Key("big"), in: database) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) }
            }
        }
        let read = try environment.read { try $0.copy(of: Key("big"), in: database) }
        #expect(read == (0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func aReservationThatFailedCannotBeCommitted() throws {
        struct Refusal: Error {}
        var transaction = try environment.beginWriting()
        #expect(throws: Refusal.self) {
            try transaction.put(byteCount: 100, for: Key("half"), in: database) { _ in throw Refusal() }
        }
        do {
            try transaction.commit()
            Issue.record("the half-written value was committed")
        } catch { #expect(error.code == .badTransaction) }
        #expect(try environment.read { try $0.count(of: database) } == 0)
    }

    @Test func deletingSaysWhetherTheKeyWasThere() throws {
        try environment.write { transaction in
            for number in 0..<100 as Range<UInt64> {
                try transaction.put([0].span, for: Key(number), in: database)
            }
            #expect(try transaction.delete(Key(50 as UInt64), in: database))
            #expect(try transaction.delete(Key(50 as UInt64), in: database) == false)
            let some = try transaction.delete(
                from: Key(40 as UInt64), upTo: Key(60 as UInt64), in: database, limit: 5)
            #expect(some == 5)
            let rest = try transaction.delete(from: Key(40 as UInt64), upTo: Key(60 as UInt64), in: database)
            #expect(rest == 14)
            #expect(try transaction.reading.count(of: database) == 80)
            try transaction.empty(database)
            #expect(try transaction.reading.count(of: database) == 0)
        }
    }
}
