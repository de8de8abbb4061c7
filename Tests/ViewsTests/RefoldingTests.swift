import Events
import Projection
import ReadModels
import Testing
import Views

@Suite("Who does not change is not folded again")
struct RefoldingTests {
    private static func expectSame(_ found: Base, _ expected: Base, _ place: Comment) throws {
        #expect(found.customers == expected.customers, place)
        #expect(found.names == expected.names, place)
        #expect(try EngineTests.rows(found) == EngineTests.rows(expected), place)
        #expect(try EngineTests.reports(found) == EngineTests.reports(expected), place)
    }

    @Test(arguments: 500..<UInt64(540))
    func whatIsFoldedAgainEqualsAWholeFold(seed: UInt64) throws {
        let bench = try EngineTests.Bench(seed: seed)
        bench.lines.show(bench.lines.count)
        if Bool.random(using: &bench.generator) { try bench.views.catchUp() }
        var again = 0
        var all = 0
        for _ in 0..<8 {
            let point = try bench.randomPoint()
            let step = UInt64.random(in: 0...3, using: &bench.generator)
            let known = min(bench.lines.count, point.factsKnown + step)
            let end = try bench.point(known, Instant(microseconds: point.clock.instant))
            let place: Comment = "seed \(seed), @\(point.factsKnown) to @\(known) at \(point.clock.instant)"
            let folded = bench.views.folded
            let found = try bench.views.refold(from: point, to: end, catalogue: coreReadModels)
            #expect(
                bench.views.folded.customers - folded.customers
                    == found.before.count + found.again.customers, place)
            again += found.again.customers
            all += found.after.count
            try Self.expectSame(
                found.before,
                try bench.views.everybody(at: point, catalogue: coreReadModels, names: true), place)
            try Self.expectSame(found.after, try bench.expected(end), place)
        }
        #expect(again <= all, "seed \(seed)")
    }

    @Test func anActFoldsItsCustomersOnly() throws {
        func event(
            _ id: Int, _ type: String, _ customer: String?, _ data: JSONValue, source: String = "/s"
        )
            -> JSONValue
        {
            var object = JSONObject([
                ("specversion", "1.0"), ("id", .string("e\(id)")), ("source", .string(source)),
                ("type", .string(type)), ("time", "2024-01-05T10:00:00Z"),
                ("recordedtime", "2030-01-01T00:00:00.000000Z"),
            ])
            if let customer { object["subject"] = .string(customer) }
            object["data"] = data
            return .object(object)
        }
        var events = [event(0, "policy.adopted", nil, ["policy": [:]], source: "daybook:")]
        for number in 1...600 {
            events.append(
                event(
                    number, "purchase.completed", "c\(number % 200)",
                    ["total": .string("\(number).00"), "currency": "CNY"]))
        }
        events.append(event(601, "referral.made", "c9", ["referred": "c5"]))
        events.append(event(602, "event.voided", "c7", ["source": "/s", "id": "e7", "reason": "r"]))
        events.append(event(603, "customer.merged", "c5", ["into": "c6", "reason": "r"]))
        let bench = try EngineTests.Bench(events)
        let clock = try Instant(parsing: "2024-03-01T00:00:00Z")
        func refolded(_ act: UInt64) throws -> Refolding {
            try bench.views.refold(
                from: try bench.point(act, clock), to: try bench.point(act + 1, clock),
                catalogue: coreReadModels)
        }
        let void = try refolded(602)
        #expect(void.again.customers == 1)
        #expect(void.again.facts == 2, "of c7, one of three purchases being void")
        #expect(void.before.count == 200)
        // c5 goes on as c6, and the state of c9 says whom it referred.
        let merge = try refolded(603)
        #expect(merge.again.customers == 2)
        #expect(merge.again.facts == 10)
        #expect(merge.after.count == 199)
        // A new purchase is one more reason to fold one customer.
        #expect(try refolded(600).again.customers == 1)
    }
}
