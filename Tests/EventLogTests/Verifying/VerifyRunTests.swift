import Events
import Foundation
import Merkle
import Synchronization
import Testing

@testable import EventLog

/// A verification that is watched, interrupted, taken up again, and overtaken by those who append.
@Suite struct VerifyRunTests {
    private static let count: UInt64 = 2_000
    private let ledger: TestLedger
    private var intruder: Intruder { Intruder(folder: ledger.folder) }

    init() throws {
        ledger = try TestLedger(flushCount: 500, flushCountAtClose: 0)
        let log = try ledger.log()
        for start in stride(from: 1, to: Int(Self.count), by: 100) {
            try log.append(
                (start..<min(start + 100, Int(Self.count))).map { event("e\($0)", of: "c\($0 % 17)") })
        }
        _ = try log.signCheckpoint()
        try ledger.close()
    }

    private var plan: VerificationPlan {
        var plan = VerificationPlan()
        plan.unitCount = 256
        plan.stretchCount = 512
        return plan
    }

    private func opened() throws -> EventLog {
        try EventLog(opening: ledger.folder, access: .read, options: ledger.options)
    }

    @Test func progressCountsUpToTheEnd() throws {
        let log = try opened()
        defer { try? log.close() }
        var seen: [UInt64] = []
        let result = try log.verify(plan) { done, total in
            seen.append(done)
            #expect(total == Self.count)
            return true
        }
        #expect(result.findings.isEmpty && result.checked == Self.count && result.checkpoints == 1)
        #expect(seen == [0, 512, 1_024, 1_536, 2_000])
    }

    /// Stopped after every stretch in turn, and gone on with from what was saved, as text.
    @Test(arguments: [true, false], [true, false])
    func whatWasStoppedIsTakenUpAgain(log: Bool, values: Bool) throws {
        guard log || values else { return }
        var plan = plan
        (plan.log, plan.values) = (log, values)
        var checked: UInt64 = 0
        for round in 0..<4 {
            let opened = try opened()
            defer { try? opened.close() }
            var saved: String?
            let start = plan.resumed?.next ?? 0
            let result = try opened.verify(
                plan, progress: { done, _ in round == 3 || done < start + 512 },
                save: { saved = $0.json.canonicalText })
            checked += result.checked
            #expect(result.findings.isEmpty)
            if round < 3 {
                #expect(result.checked == 512)
                let text = try #require(saved)
                let state = try #require(VerificationState(try JSONValue(parsing: text)))
                #expect(state.next == start + 512 && state.fits(plan, origin: opened.facts.origin))
                plan.resumed = state
            } else {
                #expect(result.checkpoints == (log ? 1 : 0))
            }
        }
        #expect(checked == Self.count)
    }

    /// What was changed behind the point at which a run stopped is found by the one that goes on.
    @Test(arguments: [513, 1_100, 1_790] as [UInt64])
    func whatIsChangedBehindTheStopIsNamed(position: UInt64) throws {
        var plan = plan
        let log = try opened()
        _ = try log.verify(plan, progress: { done, _ in done < 512 }, save: { plan.resumed = $0 })
        try log.close()
        #expect(plan.resumed?.next == 512)
        var lines = try intruder.lines()
        lines[Int(position)] = lines[Int(position) - 1]
        try intruder.put(lines)
        let again = try opened()
        defer { try? again.close() }
        let finding = try #require(try again.verify(plan).findings.first)
        #expect(finding.position == position)
    }

    /// The tree over what was looked at before is part of what the rest is compared with.
    @Test func aStateOfOtherLinesDoesNotFit() throws {
        var plan = plan
        let log = try opened()
        defer { try? log.close() }
        var states: [VerificationState] = []
        _ = try log.verify(plan, save: { states.append($0) })
        let first = try #require(states.first)
        var tiles = first.tiles
        tiles[0][1] = TreeHasher.leaf([1])
        plan.resumed = VerificationState(
            origin: first.origin, parts: first.parts, next: first.next, lastRecorded: first.lastRecorded,
            tiles: tiles, coverage: first.coverage, sums: first.sums)
        #expect(try !log.verify(plan).findings.isEmpty)
    }

    /// Others append between all stretches: what the log held when it began is looked at, and found sound.
    @Test func itGoesOnWhileOthersAppend() throws {
        let log = try ledger.log()
        var number = 0
        let result = try log.verify(plan) { _, _ in
            do {
                for _ in 0..<3 {
                    number += 1
                    try log.append((0..<200).map { event("more \(number) \($0)") })
                }
                return true
            } catch {
                Issue.record(error)
                return false
            }
        }
        #expect(result.findings.isEmpty && result.size == Self.count && result.checked == Self.count)
        let after = try log.verify(plan)
        #expect(after.findings.isEmpty && after.size == Self.count + UInt64(number) * 200)
    }

    @Test func itGoesOnWhileAnotherThreadAppends() async throws {
        let log = try ledger.log()
        let appending = Task.detached {
            for number in 0..<200 { _ = try await log.append([event("more \(number)")]) }
        }
        for _ in 0..<10 {
            let result = try log.verify(plan)
            #expect(result.findings.isEmpty)
        }
        try await appending.value
        let result = try log.verify(VerificationPlan())
        #expect(result.findings.isEmpty)
        #expect(result.size == Self.count + 200)
    }
}
