import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Concentration and positions")
struct PositionTests {
    @Test(.enabled(if: SharedFiles.has("concentration/vectors.json"), "../shared is not there"))
    func theConcentrationReportIsTheReferences() throws {
        let data = try Data(
            contentsOf: SharedFiles.folder.appending(path: "golden/concentration/vectors.json"))
        let cases = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
        #expect(cases.count > 3)
        for item in cases {
            let facts = item.numbers("values").enumerated().map { customer, value in
                Fact.purchase(
                    UInt32(customer), day: 100, amount: Int64((value * 100).rounded()),
                    position: UInt64(customer))
            }
            let base = try MemoryBase.fold(facts, MemoryBase.context(day: "1971-01-01"))
            let report = MemoryBase.report("concentration", base)
            let expected = item.object("expected")
            for name in [
                "gini", "gini_unbiased", "hhi", "hhi_10000", "hhi_normalised", "effective_customers",
                "shannon_entropy_nats", "shannon_evenness", "largest_share", "customers_for_80pct",
                "customers_for_80pct_fraction",
            ] {
                guard expected[name] is NSNumber else { continue }
                let number = expected.number(name)
                #expect(
                    near(report[name], number, 1e-9 * max(1, abs(number))), "\(item.text("name")) \(name)")
            }
            for percent in [1, 5, 10, 20, 50] {
                let top = expected.object("top_\(percent)pct")
                guard !top.isEmpty else { continue }
                let shown = report["top_\(percent)pct"]
                #expect(near(shown?["whole_customers"], top.number("whole_customers")))
                #expect(near(shown?["interpolated"], top.number("interpolated")))
            }
        }
    }

    @Test(arguments: 0..<30)
    func theLeastOfTierAIsThatOfTheSortedValues(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var values = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            Int64.random(in: 1...Int64.random(in: 1...300, using: &generator), using: &generator)
        }
        let share = Int64.random(in: 0...1_000_000, using: &generator)
        let cuts = ValueCuts(
            positive: values.sorted(), shares: .init(a: share, b: share, top: 50_000, bottom: 200_000))
        #expect(ValueCuts.least(of: &values, share: share) == cuts.tierA, "seed \(seed)")
    }

    /// One large buyer, then small ones, as they stand at the end of a year.
    @Test func thePositionsAreTheFour() throws {
        var facts: [Fact] = []
        var position: UInt64 = 0
        func buy(_ customer: UInt32, _ date: String, _ amount: Int64) throws {
            facts.append(.purchase(customer, day: try day(date), amount: amount, position: position))
            position += 1
        }
        for month in 1...12 { try buy(1, "2023-\(month < 10 ? "0" : "")\(month)-20", 100_000) }
        try buy(2, "2023-01-10", 5_000_000)
        try buy(3, "2023-01-10", 100)
        try buy(4, "2023-11-30", 100)
        try buy(4, "2023-12-20", 100)
        try buy(5, "2023-04-10", 300)
        try buy(5, "2023-12-10", 300)
        facts.append(.at(6, day: try day("2023-06-01"), position: position, .registered))
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2023-12-31"), workers: 2)
        let positions = (0..<6).map { MemoryBase.row("portfolio", $0, base)["position"]?.stringValue ?? "" }
        #expect(positions[1] == "migrating" && positions[2] == "frozen" && positions[3] == "potential")
        #expect(positions[4] == "ordinary" && positions[5] == "ordinary")
        let report = MemoryBase.report("positions", base)
        let counts = CustomerPosition.allCases.map {
            report.value(at: "positions.\($0.rawValue).customers")?.numberValue ?? .nan
        }
        #expect(counts.reduce(0, +) == 6)
        let shares = CustomerPosition.allCases.map {
            report.value(at: "positions.\($0.rawValue).share_of_value")?.numberValue ?? .nan
        }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    }

    @Test func onceOfTierAIsOfHighValueForTwoYears() throws {
        let facts = [
            Fact.purchase(1, day: try day("2022-01-10"), amount: 100, position: 0),
            .purchase(2, day: try day("2022-06-10"), amount: 100_000, position: 1),
            .purchase(1, day: try day("2023-12-20"), amount: 100, position: 2),
        ]
        for (date, isHigh) in [("2023-12-31", true), ("2024-06-30", false)] {
            let base = try MemoryBase.fold(facts, MemoryBase.context(day: date))
            let position = MemoryBase.row("portfolio", 0, base)["position"]?.stringValue ?? ""
            #expect(["value", "migrating"].contains(position) == isHigh, "\(date) \(position)")
        }
    }

    @Test func whoIsExpectedToSpendLikeTheBestIsPotential() throws {
        var ledger = try MemoryLedger()
        func buy(_ customer: String, _ day: String, _ total: Int) throws {
            try ledger.append(
                id: "\(customer)\(day)", type: "purchase.completed", subject: customer,
                time: day + "T12:00:00Z", data: #"{"currency":"GBP","total":"\#(total)"}"#)
        }
        try buy("old", "2023-01-10", 9_000)
        // Spending has halved, but they buy every month, which the large buyer of long ago does not.
        for month in 1...9 { try buy("small", "2023-0\(month)-25", month < 4 ? 100 : 20) }
        for month in ["10", "11", "12"] { try buy("small", "2023-\(month)-25", 20) }
        let known = UInt64(ledger.lines.count)
        for (model, params) in [
            ("bgnbd", #"{"a":0.79,"alpha":4.41,"b":2.43,"r":0.24}"#),
            ("gammagamma", #"{"p":6.25,"q":3.74,"v":15.44}"#),
        ] {
            let trained = #""trained_as_of":"2023-12-30","trained_known":"2023-12-30T00:00:00Z""#
            try ledger.append(
                id: model, type: "model.fitted", subject: nil, time: "2023-12-30T00:00:00Z",
                source: "daybook:test",
                data:
                    #"{"loglik":-1,"model":"\#(model)","n":2,"params":\#(params),\#(trained),"unit":"weeks"}"#
            )
        }
        let index = try #require(
            ledger.index(of: "small", in: ledger.base(asOf: "2023-12-31T23:59:59Z", known: known)))
        for (known, expected) in [(known, "ordinary"), (known + 2, "potential")] {
            let base = try ledger.base(asOf: "2023-12-31T23:59:59.999999Z", known: known)
            #expect(MemoryBase.row("portfolio", index, base)["position"] == .string(expected))
        }
    }

    @Test func rebalancingComparesWithTargetsAndLimits() throws {
        let policy: JSONValue = [
            "positions": ["targets": ["ordinary": ["contacts": 0.5]], "band": 0.1]
        ]
        var facts = [
            Fact.purchase(1, day: 100, amount: 900, position: 0),
            .purchase(2, day: 100, amount: 100, position: 1),
        ]
        facts[0].code = 1
        facts[1].code = 2
        for position in 2..<12 {
            var contact = Fact.at(position < 9 ? 1 : 2, day: 100, position: UInt64(position), .contact)
            contact.code = 1
            facts.append(contact)
        }
        let base = try MemoryBase.fold(
            facts, MemoryBase.context(day: "1970-04-30", codes: ["", "shop", "web"], policy: policy))
        let report = MemoryBase.report("rebalancing", base)
        #expect(report.value(at: "limits.largest_customer.exceeded") == true)
        #expect(report.value(at: "limits.channel.name") == "shop")
        #expect(near(report.value(at: "limits.channel.share"), 0.9))
        let target = report.value(at: "positions.ordinary.contacts")
        #expect(target?["target"] == 0.5 && target?["deviation"]?.numberValue != nil)
    }

    /// Two products in one category of a purchase are told apart by reading it.
    @Test func theLargestProductIsFoundWithinACategoryToo() throws {
        var ledger = try MemoryLedger()
        for (id, lines, total) in [
            (
                "1",
                #"{"product":"p1","category":"tea","quantity":1,"net":"60.00"},{"product":"p2","category":"tea","quantity":1,"net":"30.00"}"#,
                "90.00"
            ),
            ("2", #"{"product":"p2","category":"tea","quantity":1,"net":"10.00"}"#, "10.00"),
        ] {
            try ledger.append(
                id: id, type: "purchase.completed", subject: "a", time: "2023-03-0\(id)T12:00:00Z",
                data: "{\"currency\":\"GBP\",\"lines\":[\(lines)],\"total\":\"\(total)\"}")
        }
        let read = MemoryBase.report("rebalancing", try ledger.lookingUp("2023-06-30T00:00:00Z"))
        #expect(read.value(at: "limits.product.name") == "p1")
        #expect(near(read.value(at: "limits.product.share"), 0.6))
        #expect(read.value(at: "limits.product.exceeded") == true && read["product_undivided_share"] == 0)
        // Where purchases cannot be read, the share is a lower bound, and the verdict is open.
        let unread = MemoryBase.report("rebalancing", try ledger.base(asOf: "2023-06-30T00:00:00Z", known: 2))
        #expect(near(unread.value(at: "limits.product.share"), 0.1))
        #expect(near(unread["product_undivided_share"], 0.9))
        #expect(unread.value(at: "limits.product.exceeded") == .null)
    }
}
