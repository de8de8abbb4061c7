import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Margins, levels and referrals agree with the reference")
struct ProfitGoldenTests {
    @Test(.enabled(if: SharedFiles.has("profit/whale_curve.json"), "../shared is not there"))
    func theWhaleCurveIsExact() throws {
        let data = try Data(contentsOf: SharedFiles.folder.appending(path: "golden/profit/whale_curve.json"))
        let cases = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
        #expect(cases.count == 3)
        for item in cases {
            let margins = item.numbers("margins").map { Int64($0 * 100) }
            let expected = item.object("expected")
            let curve = WhaleCurve(descending: margins.sorted(by: >))
            #expect(curve.cumulative.map { Double($0) / 100 } == expected.numbers("cumulative"))
            #expect(Double(curve.peak) / 100 == expected.number("peak"))
            #expect(Double(curve.peakCustomers) == expected.number("peak_customers"))
            #expect(Double(curve.lossMakers) == expected.number("loss_makers"))
            // The same through events: costs make the margins, and the report says them.
            var ledger = try MemoryLedger()
            for (index, margin) in margins.enumerated() {
                let cost = Currency.text(max(0, 20_000 - margin))
                let total = Currency.text(max(20_000, margin))
                let line = #"{"cost":"\#(cost)","net":"\#(total)","product":"p","quantity":1}"#
                try ledger.append(
                    id: "p\(index)", type: "purchase.completed", subject: "c\(index)",
                    time: "2024-01-01T12:00:00Z",
                    data: #"{"currency":"GBP","lines":[\#(line)],"total":"\#(total)"}"#)
            }
            let base = try ledger.base(asOf: "2024-01-31T23:59:59Z", known: UInt64(margins.count))
            let report = MemoryBase.report("profit", base)
            #expect(near(report["peak_fraction"], expected.number("peak_fraction")))
            #expect(near(report["peak_over_total"], expected.number("peak_over_total")))
            #expect(report["loss_makers"] == .number(expected.number("loss_makers")))
            #expect(
                report.value(at: "margin.amount")
                    == .string(Currency.text(Int64(expected.number("total") * 100))))
        }
    }

    @Test(.enabled(if: SharedFiles.has("tiers/hysteresis.json"), "../shared is not there"))
    func hysteresisIsExact() throws {
        let cases =
            try SharedFiles.object("tiers/hysteresis.json")["cases"] as? [[String: Any]] ?? []
        #expect(cases.count == 4)
        let rule = LevelRule(
            thresholds: [100_000, 500_000, 2_000_000], names: [], months: 12, hysteresis: 100_000, strikes: 2)
        for item in cases {
            var standing: LevelRule.Standing?
            var levels: [Double] = []
            for value in item.numbers("values") {
                standing = rule.next(standing, value: Int64((value * 100).rounded()))
                levels.append(Double(standing?.level ?? -1))
            }
            #expect(levels == item.numbers("tiers"))
        }
    }

    @Test func levelsRiseAtOnceAndFallSlowly() throws {
        let policy: JSONValue = [
            "tiers": [
                "thresholds": [10, 100], "level_names": ["base", "silver", "gold"], "level_months": 1,
            ]
        ]
        var facts: [Fact] = []
        for (position, item) in [("2024-01-10", 120), ("2024-02-10", 95), ("2024-03-10", 20)].enumerated() {
            facts.append(
                .purchase(1, day: try day(item.0), amount: Int64(item.1 * 100), position: UInt64(position)))
        }
        var levels: [String] = []
        for date in ["2024-01-30", "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"] {
            let base = try MemoryBase.fold(facts, MemoryBase.context(day: date, policy: policy))
            let level = MemoryBase.row("value", 0, base)["level"]
            levels.append("\(level?["name"]?.stringValue ?? "-") \(level?["since"]?.stringValue ?? "-")")
        }
        #expect(
            levels == [
                "- -", "gold 2024-01-31", "gold 2024-01-31", "gold 2024-01-31", "base 2024-04-30",
                "base 2024-04-30",
            ])
    }

    @Test(.enabled(if: SharedFiles.has("referral/tree.json"), "../shared is not there"))
    func referralTreesAreExact() throws {
        let item = try SharedFiles.object("referral/tree.json")
        let values = item.object("values")
        var ledger = try MemoryLedger()
        for name in values.keys.sorted() {
            let total = Currency.text(Int64(values.number(name) * 100))
            let line = #"{"cost":"0","net":"\#(total)","product":"p","quantity":1}"#
            try ledger.append(
                id: "p\(name)", type: "purchase.completed", subject: name, time: "2024-01-10T12:00:00Z",
                data: #"{"currency":"GBP","lines":[\#(line)],"total":"\#(total)"}"#)
        }
        for edge in item["edges"] as? [[String: Any]] ?? [] {
            try ledger.append(
                id: "r" + edge.text("customer"), type: "referral.made", subject: edge.text("referred_by"),
                time: "2024-01-01T12:00:00Z", data: #"{"referred":"\#(edge.text("customer"))"}"#)
        }
        // A circle, oneself, and a second referrer: none of them counts.
        for (id, referrer, referred) in [("x", "E", "A"), ("y", "A", "A"), ("z", "F", "B")] {
            try ledger.append(
                id: id, type: "referral.made", subject: referrer, time: "2024-01-02T12:00:00Z",
                data: #"{"referred":"\#(referred)"}"#)
        }
        let base = try ledger.base(asOf: "2024-12-31T23:59:59Z", known: UInt64(ledger.lines.count))
        for (name, expected) in item.object("expected") {
            let expected = expected as? [String: Any] ?? [:]
            let row = MemoryBase.row("referral", try #require(ledger.index(of: name, in: base)), base)
            #expect(row["referred"] == .number(expected.number("direct")), "\(name)")
            let direct = Currency.text(Int64((expected.number("direct_value") * 100).rounded()))
            let tree = Currency.text(Int64((expected.number("tree_value") * 100).rounded()))
            #expect(row.value(at: "direct_value.amount") == .string(direct), "\(name)")
            #expect(row.value(at: "tree_value.amount") == .string(tree), "\(name)")
        }
        let row = MemoryBase.row("referral", try #require(ledger.index(of: "B", in: base)), base)
        #expect(row["converted"] == 1)
    }

    @Test(.enabled(if: SharedFiles.has("referral/tree.json"), "../shared is not there"))
    func theForestHasTheReferencesSizes() throws {
        let item = try SharedFiles.object("referral/tree.json")
        let names = item.object("values").keys.sorted()
        let edges = (item["edges"] as? [[String: Any]] ?? []).enumerated().map { position, edge in
            ReferralForest.Edge(
                referrer: UInt32(names.firstIndex(of: edge.text("referred_by")) ?? 0),
                referred: UInt32(names.firstIndex(of: edge.text("customer")) ?? 0), time: 0,
                position: UInt64(position))
        }
        let trees = ReferralForest(edges).trees(gamma: 0.5) { _ in .init(value: 1, isConverted: true) }
        for (name, expected) in item.object("expected") {
            let expected = expected as? [String: Any] ?? [:]
            let tree = try #require(trees[UInt32(names.firstIndex(of: name) ?? 0)])
            #expect(Double(tree.descendants) == expected.number("total"))
            #expect(Double(tree.depth) == expected.number("depth"))
        }
    }

    @Test func ranksSurviveTheCache() throws {
        var generator = SeededGenerator(seed: 7)
        var values = (0..<500).map { _ in Int64.random(in: -9_000_000...9_000_000_000, using: &generator) }
        values += [.min, .max, 0, 0, 0, 31, 32, 33]
        let table = RankTable(ascending: values.sorted())
        let copy = try JSONDecoder().decode(RankTable.self, from: JSONEncoder().encode(table))
        #expect(copy == table)
        for value in values.prefix(50) {
            #expect(copy.rank(value) == 1 + values.count { $0 > value })
        }
    }
}

extension Currency {
    /// Minor units of a currency of two digits as a decimal.
    static func text(_ minor: Int64) -> String {
        let digits = String(minor.magnitude % 100)
        return (minor < 0 ? "-" : "") + "\(minor.magnitude / 100)." + (digits.count < 2 ? "0" : "") + digits
    }
}
