import LMDB
import Testing

struct CursorTests {
    let folder: TemporaryFolder
    let environment: LMDBEnvironment
    let database: Database

    init() throws {
        folder = try TemporaryFolder()
        environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let database = try environment.database("tens", create: true)
        self.database = database
        try environment.write { transaction in
            for ten in 1...9 as ClosedRange<UInt64> {
                try transaction.put([UInt8(ten)].span, for: Key(ten * 10), in: database, .append)
            }
        }
    }

    @Test func movesVisitEntriesInKeyOrder() throws {
        try environment.read { transaction in
            try transaction.withCursor(in: database) { cursor in
                var ascending: [UInt64] = []
                while try cursor.next() { ascending.append(cursor.withKey { $0.bigEndianUInt64(at: 0) }) }
                #expect(ascending == (1...9).map { $0 * 10 })
                let isPlaced = cursor.isPlaced
                #expect(!isPlaced)
                var descending: [UInt8] = []
                var isStanding = try cursor.last()
                while isStanding {
                    descending.append(cursor.withValue { $0[0] })
                    isStanding = try cursor.previous()
                }
                #expect(descending == [9, 8, 7, 6, 5, 4, 3, 2, 1])
            }
        }
    }

    @Test func seekingFindsTheKeyOrItsNeighbours() throws {
        try environment.read { transaction in
            try transaction.withCursor(in: database) { cursor in
                func value(_ isPlaced: Bool) -> UInt8? { isPlaced ? cursor.withValue { $0[0] } : nil }
                let exact = try value(cursor.seek(exactly: Key(30 as UInt64)))
                let absent = try value(cursor.seek(exactly: Key(31 as UInt64)))
                let above = try value(cursor.seek(atLeast: Key(31 as UInt64)))
                let below = try value(cursor.seek(before: Key(31 as UInt64)))
                let last = try value(cursor.seek(before: Key(1000 as UInt64)))
                let beforeFirst = try value(cursor.seek(before: Key(10 as UInt64)))
                let behindLast = try value(cursor.seek(atLeast: Key(91 as UInt64)))
                #expect([exact, absent, above, below, last] == [3, nil, 4, 3, 9])
                #expect([beforeFirst, behindLast] == [nil, nil])
            }
        }
    }

    @Test func forEachStopsWhenTold() throws {
        var seen: [UInt8] = []
        try environment.read { transaction in
            try transaction.forEach(in: database, from: Key(35 as UInt64)) { _, value in
                seen.append(value[0])
                return value[0] < 6
            }
        }
        #expect(seen == [4, 5, 6])
    }

    @Test(arguments: [1, 63, 255, 4095])
    func recordsAreLentAsTheyWereWritten(count: Int) throws {
        struct Record: BitwiseCopyable, Equatable {
            var first: UInt64
            var second: UInt64
        }
        let records = (0..<count).map { Record(first: UInt64($0), second: ~UInt64($0)) }
        try environment.write { transaction in
            // A key of odd length, so that small values lie unaligned.
            try transaction.put(records: records.span, for: Key("odd"), in: database)
        }
        let read = try environment.read { transaction in
            try transaction.records(of: Record.self, for: Key("odd"), in: database) { span in
                span.indices.map { span[$0] }
            }
        }
        #expect(read == records)
        #expect(throws: LMDBError.self) {
            try environment.read { transaction in
                try transaction.records(of: Record.self, for: Key(10 as UInt64), in: database) { $0.count }
            }
        }
    }
}
