import EventLog
import Events
import Foundation
import LMDB
import Testing

@Suite struct OpeningTests {
    private func category(_ body: () throws -> Void) throws -> LogError.Category {
        try #require(throws: LogError.self) { try body() }.category
    }

    @Test func whatIsNoLedgerIsNamedAsSuch() throws {
        let folder = NSTemporaryDirectory() + "daybook-none-\(UUID())"
        #expect(try category { _ = try EventLog(opening: folder, access: .read) } == .missing)
        try FileManager.default.createDirectory(atPath: folder + "/log", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try category { _ = try EventLog(opening: folder, access: .write) } == .missing)
        try Data(repeating: 7, count: 20_000).write(to: URL(fileURLWithPath: folder + "/log/data.mdb"))
        #expect(try category { _ = try EventLog(opening: folder, access: .write) } == .damaged)
        #expect(try category { _ = try EventLog(opening: folder, access: .read) } == .damaged)
    }

    @Test func aLedgerIsMadeOnce() throws {
        let ledger = try TestLedger()
        let options = LedgerOptions(zone: "UTC", currency: "EUR")
        #expect(try category { try EventLog.create(at: ledger.folder, options: options) } == .occupied)
        let other = ledger.folder + "-other"
        for bad in [
            LedgerOptions(zone: "Mars/Olympus", currency: "EUR"), LedgerOptions(zone: "UTC", currency: "XYZ"),
            LedgerOptions(zone: "UTC", currency: "EUR", origin: "two words"),
            LedgerOptions(zone: "UTC", currency: "EUR", policy: "text"),
        ] {
            #expect(try category { try EventLog.create(at: other, options: bad) } == .invalid)
        }
        let parent = (ledger.folder as NSString).deletingLastPathComponent
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == ["ledger"], "no draft is left")
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
        try EventLog.create(at: other, options: options)
        #expect(try EventLog(opening: other, access: .read).facts.currency == "EUR")
    }

    @Test func aSecondWriterWaitsAndIsToldWhoWrites() throws {
        let ledger = try TestLedger()
        _ = try ledger.log()
        let begun = ContinuousClock.now
        let error = try #require(throws: LogError.self) {
            _ = try EventLog(opening: ledger.folder, access: .write(waitSeconds: 0.3))
        }
        #expect(ContinuousClock.now - begun >= .milliseconds(300))
        #expect(error.category == .locked)
        #expect(error.message.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        try ledger.close()
        try EventLog(opening: ledger.folder, access: .write(waitSeconds: 0)).close()
    }

    @Test func aLedgerOfANewerVersionIsLeftAlone() throws {
        let ledger = try TestLedger()
        let environment = try LMDBEnvironment(folder: ledger.folder + "/log", access: .write)
        let state = try environment.database("state")
        let newer: [UInt8] = [0, 0, 0, 2]
        try environment.write { try $0.put(newer.span, for: Key("format"), in: state) }
        try environment.close()
        #expect(try category { _ = try EventLog(opening: ledger.folder, access: .read) } == .newerVersion)
        #expect(try category { _ = try ledger.log() } == .newerVersion)
    }

    @Test func aBlockOfAnUnknownCodecOrLengthIsAnErrorNotATrap() throws {
        let ledger = try TestLedger()
        try ledger.log().append((0..<20).map { event("\($0)") })
        try ledger.close()
        for (offset, byte, expected) in [
            (0, UInt8(9), LogError.Category.newerVersion), (3, 200, .damaged), (24, 255, .damaged),
        ] {
            let environment = try LMDBEnvironment(folder: ledger.folder + "/log", access: .write)
            let lines = try environment.database("lines")
            var block = try #require(try environment.read { try $0.copy(of: Key(1 as UInt64), in: lines) })
            let before = block
            block[offset] = byte
            try environment.write { try $0.put(block.span, for: Key(1 as UInt64), in: lines) }
            try environment.close()
            let log = try EventLog(opening: ledger.folder, access: .read)
            #expect(try category { _ = try log.allLines() } == expected)
            try log.close()
            let repair = try LMDBEnvironment(folder: ledger.folder + "/log", access: .write)
            let again = try repair.database("lines")
            try repair.write { try $0.put(before.span, for: Key(1 as UInt64), in: again) }
            try repair.close()
        }
        #expect(try ledger.log().allLines().count == 21)
    }

    @Test func aChangedLineAtTheEndIsNoticedWhenTheLedgerIsOpenedForWriting() throws {
        let ledger = try TestLedger()
        try ledger.log().append((0..<20).map { event("\($0)") })
        try ledger.close()
        let environment = try LMDBEnvironment(folder: ledger.folder + "/log", access: .write)
        let lines = try environment.database("lines")
        var block = try #require(try environment.read { try $0.copy(of: Key(1 as UInt64), in: lines) })
        let place = try #require(block.lastIndex(of: UInt8(ascii: "5")))
        block[place] = UInt8(ascii: "6")
        try environment.write { try $0.put(block.span, for: Key(1 as UInt64), in: lines) }
        try environment.close()
        #expect(try category { _ = try ledger.log() } == .damaged)
    }

    @Test func whoReadsCannotWrite() throws {
        let ledger = try TestLedger()
        let log = try EventLog(opening: ledger.folder, access: .read)
        #expect(!log.isWritable)
        #expect(try category { try log.append([event("1")]) } == .readOnly)
        try log.close()
        let writer = try ledger.log()
        try writer.close()
        #expect(try category { try writer.append([event("1")]) } == .readOnly)
        try ledger.close()
    }

    @Test func aFullLogAcknowledgesNothingMoreAndLosesNothing() throws {
        let ledger = try TestLedger()
        ledger.options.mapByteCount = 1 << 20
        var log = try ledger.log()
        var acknowledged: UInt64 = 1
        let error = try #require(throws: LogError.self) {
            while true {
                let batch = (0..<100).map { event("\(acknowledged)-\($0)") }
                acknowledged = try log.append(batch).head.rawValue
            }
        }
        #expect(error.category == .full)
        #expect(try log.head() == acknowledged)
        #expect(throws: LogError.self) { try log.append((0..<100).map { event("more-\($0)") }) }
        ledger.options.mapByteCount = 1 << 24
        log = try ledger.reopen()
        #expect(try log.append([event("last")]).head.rawValue == acknowledged + 1)
        #expect(try log.allLines().count == Int(acknowledged) + 1)
    }
}
