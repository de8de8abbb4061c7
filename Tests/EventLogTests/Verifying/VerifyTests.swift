import Crypto
import Events
import Foundation
import Merkle
import Testing

@testable import EventLog

/// A log with a past, and what `verify` says of it after an intruder was there.
@Suite struct VerifyTests {
    /// More than two tiles of level 1 would take too long; 1,400 events are five full tiles and a rest.
    private static let count: UInt64 = 1_400
    private let ledger: TestLedger
    private let outside: [Checkpoint]
    private var intruder: Intruder { Intruder(folder: ledger.folder) }

    init() throws {
        ledger = try TestLedger(flushCount: 500, flushCountAtClose: 0)
        let log = try ledger.log()
        var outside: [Checkpoint] = []
        for start in stride(from: 1, to: Int(Self.count), by: 100) {
            let end = min(start + 100, Int(Self.count))
            try log.append((start..<end).map { event("e\($0)", of: "c\($0 % 17)") })
            ledger.clock.advance(seconds: 60)
            if start == 601 { outside.append(try log.signCheckpoint().checkpoint) }
        }
        outside.append(try log.signCheckpoint().checkpoint)
        self.outside = outside
        try ledger.close()
    }

    private func verified(
        outside: [Checkpoint] = [], log: Bool = true, values: Bool = true
    ) throws -> LogVerification {
        let opened = try EventLog(opening: ledger.folder, access: .read, options: ledger.options)
        defer { try? opened.close() }
        var plan = VerificationPlan()
        plan.outside = outside
        plan.log = log
        plan.values = values
        return try opened.verify(plan)
    }

    /// The first finding of everything that can be looked at.
    private func first(outside: [Checkpoint] = []) throws -> LogFinding {
        try #require(try verified(outside: outside).findings.first)
    }

    @Test func whatWasWrittenIsFoundSound() throws {
        let result = try verified(outside: outside)
        #expect(result.findings.isEmpty)
        #expect(result.size == Self.count)
        #expect(result.checked == Self.count)
        #expect(result.checkpoints == 4)
    }

    @Test(arguments: [0, 1, 255, 256, 700, 1_279, 1_280, 1_399] as [UInt64])
    func aChangedEventIsNamed(position: UInt64) throws {
        var lines = try intruder.lines()
        let place = lines[Int(position)].count - 3
        lines[Int(position)][place] = lines[Int(position)][place] == 97 ? 98 : 97
        try intruder.put(lines)
        let finding = try first()
        #expect([.changed, .value].contains(finding.kind))
        // Of the last events, which fill no tile, only the range is known by the tree; the value shows some.
        #expect(finding.position == position || (position >= 1_280 && finding.position == 1_280))
        #expect(try !verified(values: false).findings.isEmpty)
    }

    @Test func aMissingEventIsNamed() throws {
        var lines = try intruder.lines()
        lines.remove(at: 300)
        try intruder.put(lines)
        let finding = try first()
        #expect(finding.kind == .missing)
        #expect(finding.position == 300)
    }

    @Test func anEventThatWasSlippedInIsNamed() throws {
        var lines = try intruder.lines()
        lines.insert(lines[300], at: 300)
        lines.removeLast()
        try intruder.put(lines)
        let finding = try first()
        #expect(finding.kind == .inserted)
        #expect([300, 301].contains(finding.position))
    }

    @Test func eventsInAnotherOrderAreNamed() throws {
        var lines = try intruder.lines()
        lines.swapAt(310, 320)
        try intruder.put(lines)
        let finding = try first()
        #expect(finding.kind == .reordered)
        #expect(finding.position == 310)
    }

    @Test(arguments: [1_399, 1_300, 512]) func aCutTailIsNamed(length: Int) throws {
        try intruder.put(Array(try intruder.lines()[..<length]))
        let finding = try first()
        #expect(finding.kind == .tailCut)
        #expect(finding.position == UInt64(length))
    }

    @Test func linesBehindTheHeadAreNamed() throws {
        let lines = try intruder.lines()
        try intruder.put(lines + [lines[5]])
        let finding = try first()
        #expect(finding.kind == .inserted)
        #expect(finding.position == Self.count)
    }

    @Test(arguments: [0, 1]) func aChangedTreeIsNamed(level: Int) throws {
        try intruder.spoilTile(level: level, of: 600)
        let finding = try first()
        #expect([.tree, .changed].contains(finding.kind))
        #expect(finding.position == (level == 0 ? 600 : 512))
    }

    @Test func aChangedHeadIsNamed() throws {
        try intruder.changeHead { $0.root[7] ^= 1 }
        #expect([.tree, .changed].contains(try first().kind))
    }

    // MARK: Everything computed anew

    @Test func aPastThatWasChangedAndComputedAnewIsFoundByTheOwnCheckpoints() throws {
        var lines = try intruder.lines()
        lines.swapAt(910, 911)
        try intruder.putAndRecompute(lines)
        let finding = try first()
        #expect(finding.kind == .forked)
        // The first 701 events are as they were signed.
        #expect(finding.position == 701)
    }

    @Test(arguments: ["edited", "cut", "reordered", "forked", "missing"])
    func whatIsComputedAnewIsFoundByACheckpointKeptOutside(attack: String) throws {
        var lines = try intruder.lines()
        func edit(_ position: Int) {
            let text = String(decoding: lines[position], as: UTF8.self)
            lines[position] = Array(text.replacing("12.50", with: "99.50").utf8)
        }
        switch attack {
        case "edited": edit(200)
        case "cut": lines.removeLast(10)
        case "reordered": lines.swapAt(410, 411)
        case "forked": for position in 1_395..<1_400 { edit(position) }
        default: lines.remove(at: 1_000)
        }
        try intruder.putAndRecompute(lines)
        try intruder.removeCheckpoints()
        let alone = try verified()
        #expect(alone.findings.isEmpty)
        let finding = try #require(try verified(outside: outside).findings.last)
        #expect(finding.kind == (["cut", "missing"].contains(attack) ? .rolledBack : .forked))
    }

    @Test func keysThatWereSwappedAreFoundByTheKeyKeptOutside() throws {
        let key = try NoteVerifierKey(parsing: try ledger.log().facts.publicKey)
        try ledger.close()
        let stranger = try NoteSigningKey(name: key.name, privateKey: .init())
        var lines = try intruder.lines()
        lines.swapAt(910, 911)
        try intruder.putAndRecompute(lines)
        try intruder.removeCheckpoints()
        try intruder.swapKeys(for: stranger)
        let log = try ledger.log()
        let signed = try log.signCheckpoint()
        #expect(signed.isSigned(by: stranger.verifier) && !signed.isSigned(by: key))
        var plan = VerificationPlan()
        // By itself the ledger is sound: only what was kept outside tells.
        let alone = try log.verify(plan)
        #expect(alone.findings.isEmpty)
        plan.outsideKeys = [key]
        let found = try log.verify(plan)
        #expect(found.findings.map(\.kind) == [.signature])
    }

    // MARK: Running

    @Test func whatWasInterruptedGoesOnWhereItStood() throws {
        let opened = try EventLog(opening: ledger.folder, access: .read, options: ledger.options)
        defer { try? opened.close() }
        var sums = IndexSums(seed: 7)
        sums.add(.id, key: 5, 8)
        var coverage = IndexCoverage()
        coverage.columns = 12
        coverage[.actor] = .max
        let state = VerificationState(
            origin: opened.facts.origin, parts: [true, false], next: 1 << 18,
            lastRecorded: -5,
            tiles: [[TreeHasher.leaf([1])], []], coverage: coverage, sums: sums)
        let text = state.json.canonicalText
        #expect(VerificationState(try JSONValue(parsing: text)) == state)
        #expect(VerificationState(["format": "another"]) == nil)
        var plan = VerificationPlan()
        #expect(!state.fits(plan, origin: opened.facts.origin))
        plan.values = false
        #expect(state.fits(plan, origin: opened.facts.origin))
        #expect(!state.fits(plan, origin: "another"))
        // A state from behind the head, as a rolled back log has one, is not gone on from.
        plan.resumed = state
        let result = try opened.verify(plan)
        #expect(result.checked == Self.count)
    }
}
