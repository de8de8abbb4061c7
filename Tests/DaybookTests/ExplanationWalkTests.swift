import Events
import Testing

@testable import Daybook

/// The walk against the plainest way of finding steps: look at every event and at every day.
@Suite struct ExplanationWalkTests {
    private static let day: Int64 = 86_400_000_000

    private static func zone() throws -> Zone { try Zone(identifier: "UTC") }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func everyChangeByAnEventOrByTimeIsAStepAndTheChainHasNoGap(_ seed: UInt64) throws {
        var random = Seeds(seed)
        let count = Int(random.next() % 40)
        var time: Int64 = 0
        let times = (0..<count).map { _ in
            time += Int64(random.next() % 40) * Self.day / 4
            return time
        }
        let end = time + Int64(random.next() % 50) * Self.day
        // Idle for five days: another word. Every third event changes nothing.
        func value(_ count: Int, _ instant: Int64) -> JSONValue {
            let last = count == 0 ? Int64.min / 2 : times[count - 1] / Self.day
            let idle = instant / Self.day - last
            return .string("\(count - count / 3)\(idle >= 5 ? " idle" : "")")
        }
        var walk = ExplanationWalk(times: times, end: end, zone: try Self.zone()) { value($0, $1) }
        try walk.run()
        #expect(walk.value == value(count, end), "seed \(seed)")
        var before = value(0, (times.first ?? end + 1) - 1)
        for step in walk.steps {
            #expect(step.before == before, "seed \(seed)")
            #expect(step.before != step.after, "seed \(seed)")
            before = step.after
        }
        #expect(before == walk.value, "seed \(seed)")
        var expected = 0
        for index in 0..<count where times[index] > (index == 0 ? -1 : times[index - 1]) || index == 0 {
            let just = value(index, times[index] - 1)
            if just != value(index + 1, times[index]) { expected += 1 }
        }
        #expect(walk.steps.count { $0.event != nil } >= expected, "seed \(seed)")
    }

    @Test func timeIsTracedToTheDayThatMadeTheDifference() throws {
        var walk = ExplanationWalk(times: [10 * Self.day + 5], end: 40 * Self.day + 7, zone: try Self.zone())
        {
            count, instant in
            guard count > 0 else { return "nobody" }
            let idle = instant / Self.day - 10
            return idle >= 20 ? "gone" : idle >= 7 ? "quiet" : "here"
        }
        try walk.run()
        #expect(walk.steps.map(\.after) == ["here", "quiet", "gone"])
        #expect(walk.steps.map(\.instant) == [10 * Self.day + 5, 17 * Self.day, 30 * Self.day])
        #expect(walk.steps.map(\.event) == [0, nil, nil])
    }

    @Test func ofALongHistoryTheStretchesThatChangeNothingArePassedOver() throws {
        let count = 20_000
        let times = (1...count).map { Int64($0) * 1_000_000 }
        var evaluations = 0
        var walk = ExplanationWalk(times: times, end: Int64(count) * 1_000_000, zone: try Self.zone()) {
            count, _ in
            evaluations += 1
            return count >= 12_345 ? 2 : count >= 678 ? 1 : 0
        }
        try walk.run()
        #expect(walk.steps.map(\.event) == [677, 12_344])
        #expect(evaluations < 2_500)
    }
}

/// Random numbers of a seed: SplitMix64.
struct Seeds {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
