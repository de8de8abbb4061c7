import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

/// The invariants of DOMAIN.md section 21 for every view, on events of every kind.
@Suite("Invariants of every view")
struct EventInvariantTests {
    private typealias Event = RandomEvents.Event

    private static let asOf = "2023-10-31T23:59:59Z"

    private static func events(_ seed: UInt64) -> [Event] {
        var random = RandomEvents(seed: seed)
        return random.events(260).sorted { $0.time < $1.time }
    }

    private static func text(_ time: Int64) -> String { Instant(microseconds: time).description }

    /// A ledger that recorded events in the order given, at the end of time: known now.
    private static func ledger(_ events: [Event], acts: [(type: String, customer: String, data: String)] = [])
        throws -> MemoryLedger
    {
        var ledger = try MemoryLedger()
        for (number, event) in events.enumerated() {
            try ledger.append(
                id: "e\(number)", type: event.type, subject: event.customer, time: text(event.time),
                recorded: "2024-01-01T00:00:00Z", data: event.data)
        }
        for (number, act) in acts.enumerated() {
            try ledger.append(
                id: "act\(number)", type: act.type, subject: act.customer, time: "2024-01-01T00:00:00Z",
                data: act.data)
        }
        return ledger
    }

    /// Where an event stands in the log is no part of what the rows say; nor are lists sorted by it.
    private static func withoutPositions(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(withoutPositions))
        case .object(let object):
            var result = JSONObject()
            for (name, member) in object where name != "events" && name != "event" {
                result[name] = withoutPositions(member)
            }
            return .object(result)
        default: return value
        }
    }

    private typealias Rows = [String: [String: String]]

    /// By view, the rows of the customers by name.
    private static func rows(
        _ ledger: MemoryLedger, asOf: String = asOf, views: [String]? = nil
    ) throws -> Rows {
        let base = try ledger.lookingUp(asOf)
        var rows: Rows = [:]
        for model in coreReadModels where !model.isReportOnly && views?.contains(model.name) ?? true {
            for index in base.customers.indices {
                let name = ledger.interner.customers[Int(base.customers[index])]
                let row = withoutPositions(MemoryBase.row(model.name, index, base))
                rows[model.name, default: [:]][name] = row.canonicalText
            }
        }
        return rows
    }

    private static func expectSame(_ left: Rows, _ right: Rows, _ seed: UInt64) {
        for (view, expected) in left.sorted(by: { $0.key < $1.key }) {
            for (customer, row) in expected.sorted(by: { $0.key < $1.key }) {
                #expect(right[view]?[customer] == row, "seed \(seed), \(view) of \(customer)")
            }
            #expect(right[view]?.count == expected.count, "seed \(seed), \(view)")
        }
    }

    @Test(arguments: UInt64(0)..<6)
    func theOrderOfArrivalDoesNotMatter(seed: UInt64) throws {
        let events = Self.events(seed)
        var generator = SeededGenerator(seed: seed)
        // Points are the one place where a fold in the order of the log is right (section 12).
        let views = coreReadModels.map(\.name).filter { $0 != "loyalty" }
        let expected = try Self.rows(Self.ledger(events), views: views)
        #expect(Set(expected.values.flatMap(\.values)).count > 150, "seed \(seed): the rows say something")
        let shuffled = try Self.rows(Self.ledger(events.shuffled(using: &generator)), views: views)
        Self.expectSame(expected, shuffled, seed)
    }

    @Test(arguments: UInt64(0)..<6)
    func aMergeIsAllUnderOneAndItsSplitTheOriginal(seed: UInt64) throws {
        let events = Self.events(seed)
        let merge = (type: "customer.merged", customer: "c2", data: #"{"into":"c1"}"#)
        let moved = events.map { event in
            var event = event
            if event.customer == "c2" { event.customer = "c1" }
            return event
        }
        Self.expectSame(
            try Self.rows(Self.ledger(moved)), try Self.rows(Self.ledger(events, acts: [merge])), seed)
        let split = (type: "customer.split", customer: "c2", data: #"{"from":"c1"}"#)
        Self.expectSame(
            try Self.rows(Self.ledger(events)), try Self.rows(Self.ledger(events, acts: [merge, split])), seed
        )
    }

    @Test(arguments: UInt64(0)..<6)
    func whatHappensLaterOrIsLearnedLaterChangesNothing(seed: UInt64) throws {
        let events = Self.events(seed)
        let instant = try Instant(parsing: Self.asOf).microseconds
        let known = events.filter { $0.time <= instant }
        #expect(known.count < events.count, "seed \(seed)")
        Self.expectSame(try Self.rows(Self.ledger(known)), try Self.rows(Self.ledger(events)), seed)
        // Recorded later than the point knows of: positions behind it.
        let ledger = try Self.ledger(known + events)
        let before = try Self.ledger(known).base(asOf: Self.asOf, known: UInt64(known.count))
        let after = try ledger.base(asOf: Self.asOf, known: UInt64(known.count))
        #expect(MemoryBase.everything(before) == MemoryBase.everything(after), "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<6)
    func newNamesChangeNoRow(seed: UInt64) throws {
        let events = Self.events(seed)
        let renamed = events.map { event in
            var event = event
            event.customer = "z\(1_000 - (Int(event.customer.dropFirst()) ?? 0))"
            return event
        }
        let expected = try Self.rows(Self.ledger(events))
        let after = try Self.rows(Self.ledger(renamed)).mapValues { rows in
            Dictionary(
                uniqueKeysWithValues: rows.map { ("c\(1_000 - (Int($0.key.dropFirst()) ?? 0))", $0.value) })
        }
        Self.expectSame(expected, after, seed)
    }

    @Test(arguments: UInt64(0)..<6)
    func moreMoneyForAllChangesNoScore(seed: UInt64) throws {
        let events = Self.events(seed)
        let scaled = events.map { event in
            var event = event
            for name in ["amount", "total", "net", "cost"] {
                event.data = Self.scaled(event.data, name)
            }
            return event
        }
        let before = try Self.ledger(events).lookingUp(Self.asOf)
        let after = try Self.ledger(scaled).lookingUp(Self.asOf)
        let fields = [
            "value.tier", "value.grade", "value.stars", "value.rfm", "lifecycle", "churn", "satisfaction",
            "interaction", "complaints", "needs", "priority", "loyalty", "segments", "next", "winback",
            "profit.rank", "credit.grade", "credit.days_to_pay", "portfolio.position", "year_on_year.class",
        ]
        for index in before.customers.indices {
            for field in fields {
                let steps = field.split(separator: ".", maxSplits: 1).map(String.init)
                let rows = [before, after].map { base in
                    let row = MemoryBase.row(steps[0], index, base)
                    return steps.count == 1 ? row : row.value(at: steps[1]) ?? .null
                }
                #expect(rows[0] == rows[1], "seed \(seed), \(field)")
            }
        }
        for field in ["gini", "hhi", "top20_share", "effective_customers"] {
            #expect(
                near(
                    MemoryBase.report("value", after)[field],
                    MemoryBase.report("value", before)[field]?.numberValue ?? .nan), "seed \(seed), \(field)")
        }
    }

    /// `"total":"12.00"` seven times as much.
    private static func scaled(_ data: String, _ name: String) -> String {
        let parts = data.components(separatedBy: "\"\(name)\":\"")
        guard parts.count > 1 else { return data }
        return parts.dropFirst().reduce(parts[0]) { text, part in
            let digits = part.prefix { $0 != "\"" }
            let whole = Int(digits.split(separator: ".").first ?? "") ?? 0
            return text + "\"\(name)\":\"\(whole * 7).00" + part.dropFirst(digits.count)
        }
    }

    /// Seven leap-year cycles of weeks later: 28 years on, weekdays and month ends fall as they did.
    @Test(arguments: UInt64(0)..<6)
    func otherDatesChangeNothing(seed: UInt64) throws {
        let events = Self.events(seed)
        let views = [
            "value", "lifecycle", "churn", "satisfaction", "interaction", "complaints", "priority", "profit",
            "referral", "portfolio", "segments", "next", "winback", "churn_reasons", "year_on_year",
            "performance", "benefits", "activities",
        ]
        let shift = Int64(10_227)
        let moved = events.map { event in
            var event = event
            event.time += shift * 86_400_000_000
            return event
        }
        let later = Self.text(try Instant(parsing: Self.asOf).microseconds + shift * 86_400_000_000)
        let expected = try Self.rows(Self.ledger(events), views: views)
        let after = try Self.rows(Self.ledger(moved), asOf: later, views: views)
        for (view, rows) in expected {
            for (customer, row) in rows {
                #expect(
                    after[view]?[customer].map(Self.withoutDates) == Self.withoutDates(row),
                    "seed \(seed), \(view) of \(customer)")
            }
        }
    }

    /// Days and moments put aside: 2023-10-31 is any day.
    private static func withoutDates(_ text: String) -> String {
        text.replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?/, with: "day")
    }

    @Test(arguments: UInt64(0)..<6)
    func aPurchaseAndItsFullRefundAreNoPurchase(seed: UInt64) throws {
        let events = Self.events(seed)
        var generator = SeededGenerator(seed: seed)
        var extra: [Event] = []
        for number in 0..<12 {
            let customer = "c\(Int.random(in: 1...20, using: &generator))"
            guard events.contains(where: { $0.customer == customer }) else { continue }
            let time = RandomEvents.start + Int64.random(in: 400...500, using: &generator) * 86_400_000_000
            let order = #""order":"extra\#(number)""#
            extra.append(
                Event(
                    type: "purchase.completed", customer: customer, time: time + 1,
                    data: #"{"currency":"GBP",\#(order),"total":"9.00"}"#))
            extra.append(
                Event(
                    type: "points.earned", customer: customer, time: time + 2,
                    data: #"{\#(order),"points":9}"#))
            extra.append(
                Event(
                    type: "purchase.returned", customer: customer, time: time + 3,
                    data: #"{"amount":"9.00","currency":"GBP",\#(order)}"#))
        }
        // Purchases end a relationship's end: without one of those all of the stage is as it was.
        let plain = events.filter { $0.type != "relationship.ended" }
        let before = try Self.rows(Self.ledger(plain))
        let after = try Self.rows(Self.ledger(plain + extra))
        for customer in before["value"]?.keys.sorted() ?? [] {
            let fields = [
                (
                    "value",
                    [
                        "tier", "grade", "stars", "rfm", "net_revenue", "purchases", "purchase_days",
                        "last_purchase",
                    ]
                ),
                ("lifecycle", ["stage", "expected_interval_days", "next"]),
                ("loyalty", ["balance", "available", "debt"]),
                ("portfolio", ["position"]),
            ]
            for (view, names) in fields {
                let rows = try [before, after].map {
                    try JSONValue(parsing: $0[view]?[customer] ?? "null")
                }
                for name in names {
                    #expect(rows[0][name] == rows[1][name], "seed \(seed), \(view).\(name) of \(customer)")
                }
            }
        }
    }

    @Test(arguments: UInt64(0)..<6)
    func aBaseTakenTwiceHasTheSameRowsAndSharesAndHalfTheIndex(seed: UInt64) throws {
        let events = Self.events(seed)
        let copies = events.map { event in
            var event = event
            event.customer = "d" + event.customer.dropFirst()
            return event
        }
        // Ranks and percentiles, and rates that are drawn towards the mean of all, depend on how many there are.
        let views = [
            "lifecycle", "satisfaction", "interaction", "complaints", "needs", "feedback", "loyalty",
            "credit", "segments", "year_on_year", "performance", "acquisition", "benefits", "activities",
        ]
        let once = try Self.ledger(events)
        let twice = try Self.ledger((events + copies).sorted { $0.time < $1.time })
        let after = try Self.rows(twice, views: views)
        for (view, rows) in try Self.rows(once, views: views) {
            for (customer, row) in rows {
                for name in [customer, "d" + customer.dropFirst()] {
                    #expect(after[view]?[name] == row, "seed \(seed), \(view) of \(name)")
                }
            }
        }
        let bases = try [once, twice].map { try $0.lookingUp(Self.asOf) }
        for (index, customer) in bases[0].customers.enumerated() {
            let name = once.interner.customers[Int(customer)]
            let copy = try #require(twice.index(of: "d" + name.dropFirst(), in: bases[1]))
            let rows = [
                MemoryBase.row("value", index, bases[0]), MemoryBase.row("value", copy, bases[1]),
            ]
            for field in ["tier", "grade", "stars", "rfm", "net_revenue"] {
                #expect(rows[0][field] == rows[1][field], "seed \(seed), \(field) of \(name)")
            }
        }
        func number(_ base: Base, _ report: String, _ path: String) -> Double {
            MemoryBase.report(report, base).value(at: path)?.numberValue ?? .nan
        }
        for (report, path, factor) in [
            ("value", "gini", 1), ("value", "hhi", 0.5), ("value", "effective_customers", 2),
            ("value", "tiers.A.share", 1), ("value", "tiers.A.customers", 2),
            ("lifecycle", "stages.churned", 2), ("satisfaction", "nps.score", 1),
            ("profit", "loss_makers", 2),
            ("churn_reasons", "churned", 2), ("complaints", "reopen_rate", 1),
        ] {
            let (before, now) = (number(bases[0], report, path), number(bases[1], report, path))
            // Where the reports have no figure, neither has one.
            #expect(
                before.isNaN ? now.isNaN : abs(now - before * factor) < 1e-9,
                "seed \(seed), \(report) \(path)")
        }
    }

    @Test(arguments: UInt64(0)..<6)
    func everythingAddsUp(seed: UInt64) throws {
        let base = try Self.ledger(Self.events(seed)).lookingUp(Self.asOf)
        func sum(_ report: String, _ path: String, _ member: String? = nil) -> Double {
            let groups = MemoryBase.report(report, base).value(at: path)?.objectValue ?? JSONObject()
            return groups.reduce(0) { sum, group in
                let value = member.map { group.value[$0] ?? .null } ?? group.value
                return sum + (value.numberValue ?? 0)
            }
        }
        let count = Double(base.count)
        #expect(sum("lifecycle", "stages") == count && sum("value", "tiers", "customers") == count)
        #expect(sum("positions", "positions", "customers") == count, "seed \(seed)")
        #expect(abs(sum("value", "tiers", "share") - 1) < 1e-9, "seed \(seed)")
        #expect(sum("churn", "bands") <= count)
        let risks = MemoryBase.report("churn", base)["risks"]?.arrayValue ?? []
        let counted = risks.reduce(0) { $0 + ($1["count"]?.numberValue ?? .nan) }
        #expect(risks.count == 10 && counted == sum("churn", "bands"), "seed \(seed)")
        let points = MemoryBase.report("loyalty", base)
        func number(_ name: String) -> Double { points[name]?.numberValue ?? .nan }
        #expect(
            number("earned")
                == number("redeemed") - number("cancelled") + number("clawed_back") + number("expired")
                + number("balance"), "seed \(seed)")
    }
}
