import Events
import Foundation
import LMDB
import Testing

@testable import EventLog

@Suite("Columns")
struct ColumnTests {
    private static func entry(_ type: UInt64, _ actor: UInt64, minute: Int64) -> ColumnEntry {
        var keys = IndexKeys()
        keys[.type] = type << 16
        keys[.actor] = actor << 16
        keys.channel = UInt32(type % 3)
        return ColumnEntry(keys, time: minute * 60_000_000 + 17)
    }

    /// Chunks of every width of codes and minutes pass exactly the places that a look at the entries passes.
    @Test(arguments: [1, 2, 300, 4_096], [0, 200, 60_000, 90_000_000 as Int64])
    func aChunkSaysWhatWasPutIn(count: Int, span: Int64) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var generator = SystemRandomNumberGenerator()
        let entries = (0..<count).map { place in
            Self.entry(
                UInt64.random(in: 0...3, using: &generator), UInt64(place % 700),
                minute: Int64.random(in: 0...span, using: &generator) - span / 2)
        }
        let bytes = ColumnChunk.encode(entries[...])
        let chunk = try ColumnChunk(bytes.span)
        #expect(chunk.count == count)
        for _ in 0..<20 {
            let low = Int32.random(in: -40_000...40_000, using: &generator)
            var test = ColumnTest()
            test.minutes = low...low + Int32.random(in: 0...30_000, using: &generator)
            let range = Int.random(in: 0..<count, using: &generator)..<count
            let given: [Int]? = Bool.random() ? nil : range.filter { $0 % 3 == 0 }
            let passed = test.places(of: chunk, bytes.span, within: range, among: given)
            let expected = (given ?? Array(range)).filter { test.minutes.contains(entries[$0].minute) }
            #expect(passed == expected, "seed \(seed)")
            let actor = UInt32.random(in: 0...720, using: &generator)
            let codes = chunk.match(.actor, [actor, 3], bytes.span)
            let wanted = range.filter { [actor, 3].contains(entries[$0][.actor]) }
            switch codes {
            case .none: #expect(wanted.isEmpty)
            case .all: #expect(wanted == Array(range))
            case .some(let passing):
                #expect(chunk.filter(.actor, by: passing, bytes.span, within: range, among: nil) == wanted)
            }
        }
    }

    @Test func aDamagedChunkIsAnErrorAndNoTrap() throws {
        let entries = (0..<50).map { Self.entry(UInt64($0 % 4), UInt64($0), minute: Int64($0) * 900) }
        let bytes = ColumnChunk.encode(entries[...])
        for length in 0..<bytes.count {
            #expect(throws: LogError.self) { try ColumnChunk(Array(bytes[..<length]).span) }
        }
    }

    @Test func minutesRoundDownBeforeTheEpochToo() {
        #expect(ColumnEntry.minute(0) == 0)
        #expect(ColumnEntry.minute(59_999_999) == 0)
        #expect(ColumnEntry.minute(-1) == -1)
        #expect(ColumnEntry.minute(-60_000_000) == -1)
        #expect(ColumnEntry.minute(-60_000_001) == -2)
    }

    /// A ledger as a program without columns left it: it is searched as it is, and made up for when written.
    @Test func aLedgerOfAnEarlierProgramIsMadeUpFor() throws {
        let ledger = try TestLedger(flushCount: 10, flushCountAtClose: 1)
        var log = try ledger.log()
        for number in 0..<45 {
            try log.append([
                event("e\(number)", of: "c\(number % 3)", more: #","causationid":"e\#(number / 5)""#)
            ])
        }
        let before = try found(log)
        #expect(before == [11, 12, 13, 14, 15])
        try ledger.close()
        try deleteDetails(of: ledger)
        let reader = try EventLog(opening: ledger.folder, access: .read, options: ledger.options)
        #expect(try reader.detailsEnd() == 0)
        #expect(try found(reader) == before)
        try reader.close()
        log = try ledger.log()
        let deadline = Date().addingTimeInterval(20)
        while try log.detailsEnd() < 46, Date() < deadline { usleep(10_000) }
        #expect(try log.detailsEnd() == 46)
        #expect(try found(log) == before)
        for number in 45..<60 {
            try log.append([event("e\(number)", more: #","causationid":"e\#(number / 5)""#)])
        }
        #expect(try found(log) == before)
        try ledger.close()
        #expect(try ledger.log().detailsEnd() == 61)
    }

    private func found(_ log: EventLog) throws -> [UInt64] {
        var search = LogSearch()
        search.causation = "e2"
        search.source = "urn:test"
        var positions: [UInt64] = []
        try log.search(search, order: .ascending, within: { .zero..<$0.head }) { position, _ in
            positions.append(position.rawValue)
            return true
        }
        return positions
    }

    private func deleteDetails(of ledger: TestLedger) throws {
        let environment = try LMDBEnvironment(
            folder: ledger.folder + "/log", access: .write, mapByteCount: 1 << 30)
        let database = try environment.database(LogIndexes.database)
        try environment.write { transaction in
            for number in [UInt8(IndexKind.causation.rawValue), 0x40] {
                try transaction.delete(from: Key(number), upTo: Key(number + 1), in: database)
            }
        }
        try environment.close()
    }
}

extension EventLog {
    fileprivate func detailsEnd() throws -> UInt64 {
        try storage.environment.read { try storage.indexes.detailsEnd(in: $0) }
    }
}
