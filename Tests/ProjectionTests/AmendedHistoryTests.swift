import Events
import Projection
import Testing

@Suite("Amended histories")
struct AmendedHistoryTests {
    private static func fact(_ position: UInt64, time: Int64) -> Fact {
        Fact(time: time, position: position, customer: 0, day: 0, kind: .other)
    }

    @Test(arguments: 0..<100)
    func factsAreWithdrawnReplacedCutAndSorted(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let facts = (0..<UInt64(30)).map { Self.fact($0, time: Int64.random(in: 0..<10, using: &generator)) }
        var acts: [Act] = []
        for position in UInt64(30)..<50 {
            let key = EventKey(source: "s", id: String(UInt64.random(in: 0..<position, using: &generator)))
            acts.append(
                Act(
                    position: position, time: 0,
                    content: Bool.random(using: &generator) ? .void(key) : .correction(key)))
        }
        let standing = Amendments(acts: acts) { UInt64($0.id) }.standing(known: 50)
        var replacements: [UInt64: [Fact]] = [:]
        for target in standing.corrections.keys where target < 30 {
            replacements[target] = [Self.fact(target, time: Int64.random(in: 0..<20, using: &generator))]
        }
        var expected: [Fact] = []
        for fact in facts where !standing.withdrawn.contains(fact.position) {
            expected += replacements[fact.position] ?? [fact]
        }
        expected = expected.filter { $0.time <= 7 }.sorted {
            ($0.time, $0.position) < ($1.time, $1.position)
        }
        var amended = facts.shuffled(using: &generator)
        AmendedHistory(standing, replacements: replacements).apply(
            to: &amended, clock: Clock(instant: 7, day: 0))
        #expect(amended == expected, "seed \(seed)")
    }
}

@Suite("Dated rates")
struct RatesTests {
    private static func rates(_ acts: [(time: Int64, on: String, rate: String)], carryDays: Int = 0) throws
        -> Rates
    {
        let references = acts.enumerated().map { position, act in
            Act(
                position: UInt64(position), time: act.time,
                content: .reference(
                    type: "rate.published",
                    data: [
                        "from": "USD", "to": "GBP",
                        "rates": [["on": .string(act.on), "rate": .string(act.rate)]],
                    ]))
        }
        return Rates(
            references, clock: Clock(instant: 100, day: 0), reporting: try Currency(code: "GBP"),
            carryDays: carryDays)
    }

    private static func converted(_ rates: Rates, _ date: String) throws -> Int64? {
        rates.converted(1_000, from: try Currency(code: "USD").packed, on: try LocalDay(parsing: date).number)
    }

    @Test func aRateHoldsForItsDayAlone() throws {
        let rates = try Self.rates([(1, "2024-01-05", "0.8")])
        #expect(try Self.converted(rates, "2024-01-05") == 800)
        #expect(try Self.converted(rates, "2024-01-06") == nil)
        #expect(rates.converted(1_000, from: try Currency(code: "EUR").packed, on: 0) == nil)
        #expect(try Self.converted(.none, "2024-01-05") == nil)
    }

    @Test func aPolicyMayCarryItOverWeekends() throws {
        let rates = try Self.rates([(1, "2024-01-05", "0.8")], carryDays: 2)
        #expect(try Self.converted(rates, "2024-01-07") == 800)
        #expect(try Self.converted(rates, "2024-01-08") == nil)
        #expect(try Self.converted(rates, "2024-01-04") == nil)
    }

    @Test func theLaterByTimeCountsAndTheFutureDoesNot() throws {
        let rates = try Self.rates([
            (50, "2024-01-05", "0.9"), (10, "2024-01-05", "0.8"), (101, "2024-01-05", "2"),
        ])
        #expect(try Self.converted(rates, "2024-01-05") == 900)
    }

    @Test func thePolicyIsTheLastByTimeThenPosition() {
        func adopted(_ position: UInt64, _ time: Int64, _ name: String) -> Act {
            Act(
                position: position, time: time,
                content: .reference(type: "policy.adopted", data: ["policy": ["name": .string(name)]]))
        }
        let acts = [
            adopted(0, .min, "first"), adopted(1, 50, "b"), adopted(2, 40, "late"), adopted(3, 50, "c"),
            adopted(4, 200, "future"),
        ]
        func name(at instant: Int64, _ acts: [Act]) -> JSONValue? {
            PolicyDocument.selected(from: acts, clock: Clock(instant: instant, day: 0)) { _ in "" }?
                .parameters["name"]
        }
        #expect(name(at: 100, acts) == "c")
        #expect(name(at: 45, acts) == "late")
        #expect(name(at: 0, acts) == "first")
        #expect(name(at: 300, acts) == "future")
        #expect(name(at: 0, []) == nil)
    }
}
