import Foundation
import LMDB
import Testing

struct EnvironmentTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func code(_ body: () throws -> Void) -> LMDBError.Code? {
        do { try body() } catch let error as LMDBError {
            #expect(!error.message.isEmpty)
            return error.code
        } catch {}
        return nil
    }

    @Test func aMissingFolderIsNamed() throws {
        let path = folder.path + "/absent"
        #expect(code { _ = try LMDBEnvironment(folder: path, access: .read) } == .missing)
        #expect(code { _ = try LMDBEnvironment(folder: path, access: .write) } == .missing)
        #expect(code { _ = try LMDBEnvironment(folder: path + "/deeper", access: .create) } == .missing)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aFileThatIsNoEnvironmentIsRefused() throws {
        let text = String(repeating: "not a database. ", count: 1000)
        try text.write(toFile: folder.path + "/data.mdb", atomically: false, encoding: .utf8)
        for access in [LMDBEnvironment.Access.read, .write, .create] {
            #expect(
                code { _ = try LMDBEnvironment(folder: folder.path, access: access) } == .notAnEnvironment)
        }
        try "short".write(toFile: folder.path + "/data.mdb", atomically: false, encoding: .utf8)
        #expect(code { _ = try LMDBEnvironment(folder: folder.path, access: .write) } == .notAnEnvironment)
    }

    @Test func aSecondOpeningIsRefusedUntilTheFirstIsGone() throws {
        var first: LMDBEnvironment? = try LMDBEnvironment(folder: folder.path, access: .create)
        #expect(code { _ = try LMDBEnvironment(folder: folder.path, access: .read) } == .alreadyOpen)
        let link = folder.path + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        #expect(code { _ = try LMDBEnvironment(folder: link, access: .read) } == .alreadyOpen)
        withExtendedLifetime(first) {}
        first = nil
        _ = try LMDBEnvironment(folder: folder.path, access: .read)
    }

    @Test func aFullMapSaysItsSizeAndLosesNothing() throws {
        let environment = try LMDBEnvironment(
            folder: folder.path, access: .create, mapByteCount: 1 << 20)
        let database = try environment.database("things", create: true)
        try environment.write { try $0.put([1].span, for: Key("kept"), in: database) }
        let big = [UInt8](repeating: 7, count: 2 << 20)
        do {
            try environment.write { try $0.put(big.span, for: Key("big"), in: database) }
            Issue.record("two mebibytes went into a map of one")
        } catch let error as LMDBError {
            #expect(error.code == .mapFull)
            #expect(error.message.contains("1048576"))
        }
        #expect(try environment.read { try $0.copy(of: Key("kept"), in: database) } == [1])
        try environment.write { try $0.put([2].span, for: Key("next"), in: database) }
    }

    @Test func anEnvironmentOpenForReadingRefusesToWrite() throws {
        do {
            let environment = try LMDBEnvironment(folder: folder.path, access: .create)
            let database = try environment.database("things", create: true)
            try environment.write { try $0.put([1].span, for: Key("a"), in: database) }
        }
        let environment = try LMDBEnvironment(folder: folder.path, access: .read)
        let database = try environment.database("things")
        #expect(try environment.read { try $0.copy(of: Key("a"), in: database) } == [1])
        #expect(code { try environment.write { _ in } } == .readOnly)
        #expect(code { _ = try environment.database("others") } == .notFound)
        #expect(try environment.databaseIfExists("others") == nil)
        #expect(try environment.databaseNames() == ["things"])
    }

    @Test func theMapIsHugeWithoutAnyoneSizingIt() throws {
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        // A tebibyte, but where the tests beside this one have many environments open.
        #expect([1 << 40, 1 << 36].contains(environment.mapByteCount))
        #expect(environment.isMapReduced == (environment.mapByteCount < 1 << 40))
        let statistics = try environment.statistics()
        #expect(statistics.usedByteCount < 1 << 20)
        #expect(statistics.maximumReaderCount == 1022)
    }

    @Test func reopeningKeepsDatabasesAndRefusesWhileInUse() throws {
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let first = try environment.database("first", create: true)
        let second = try environment.database("second", create: true)
        try environment.write { transaction in
            try transaction.put([1].span, for: Key("a"), in: first)
            try transaction.put([2].span, for: Key("a"), in: second)
        }
        do {
            let reader = try environment.beginReading()
            #expect(code { try environment.reopen() } == .busy)
            _ = reader.snapshot
        }
        try environment.reopen()
        #expect(try environment.read { try $0.copy(of: Key("a"), in: second) } == [2])
        try environment.close()
        #expect(code { _ = try environment.beginReading() } == .closed)
        try environment.reopen()
        #expect(try environment.read { try $0.copy(of: Key("a"), in: first) } == [1])
    }

    @Test func aDeletedDatabaseIsGoneAndItsPlaceIsUsedAgain() throws {
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        for round in 0..<200 {
            let database = try environment.database("generation \(round)", create: true)
            try environment.write { try $0.put([1].span, for: Key("a"), in: database) }
            try environment.delete(database)
            #expect(database.isDeleted)
        }
        #expect(try environment.databaseNames() == [])
    }

    @Test(arguments: [false, true])
    func aCopyHoldsTheSame(compact: Bool) throws {
        let environment = try LMDBEnvironment(folder: folder.path + "/a", access: .create)
        let database = try environment.database("things", create: true)
        try environment.write { transaction in
            for number in 0..<10_000 as Range<UInt64> {
                try transaction.put([UInt8](repeating: 1, count: 50).span, for: Key(number), in: database)
            }
        }
        try environment.copy(to: folder.path + "/b", compact: compact)
        let copy = try LMDBEnvironment(folder: folder.path + "/b", access: .read)
        let copied = try copy.database("things")
        #expect(try copy.read { try $0.count(of: copied) } == 10_000)
        #expect(code { try environment.copy(to: folder.path + "/b", compact: compact) } == .occupied)
    }
}
