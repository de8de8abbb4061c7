import Testing

@testable import Daybook

@Suite("The event that decided a value")
struct DecidingEventsTests {
    @Test func itIsTheLastOneWithoutWhichTheValueWouldBeAnother() {
        for count in [1, 2, 3, 10, 63, 64, 65, 66, 200, 1_000, 4_000] {
            for decided in Set([0, 1, count / 3, count / 2, count - 2, count - 1])
            where (0..<count).contains(decided) {
                // From the deciding one on, the value holds.
                var asked = 0
                let found = DecidingEvents.lastMoment(of: count) { before in
                    asked += 1
                    return before > decided
                }
                #expect(found == decided, "\(count)")
                #expect(asked <= 64 + 40, "\(asked) questions for \(count)")
            }
        }
        #expect(DecidingEvents.lastMoment(of: 500) { _ in true } == nil)
        #expect(DecidingEvents.lastMoment(of: 0) { _ in false } == nil)
    }

    @Test func itIsAMomentAtWhichTheValueBegan() {
        // Values that come and go: what is found is a moment without which it does not hold, and with which it does.
        for seed in 0..<200 {
            let flips = (0..<300).map { ($0 &* 2_654_435_761 &+ seed &* 40_503) >> 9 & 7 != 0 }
            func holds(_ count: Int) -> Bool { count == 300 || flips[count] }
            guard let found = DecidingEvents.lastMoment(of: 300, holds: holds) else {
                #expect((0..<300).allSatisfy { $0 < 236 || holds($0) }, "seed \(seed)")
                continue
            }
            #expect(!holds(found) && holds(found + 1), "seed \(seed)")
            if let last = (236..<300).last(where: { !holds($0) }) { #expect(found == last, "seed \(seed)") }
        }
    }
}
