import Events
import Projection
import Statistics
import Testing

@testable import ReadModels

@Suite("Rules of value, points and portfolios")
struct MoneyRulesTests {
    // MARK: - What customers are ranked by

    private static let models = [
        (
            "bgnbd", #""params":{"a":0.79,"alpha":4.41,"b":2.43,"r":0.24},"loglik":-1,"n":600,"unit":"weeks""#
        ),
        ("gammagamma", #""params":{"p":6.25,"q":3.74,"v":15.44},"loglik":-1,"n":600,"unit":"none""#),
    ]

    /// A customer who spent much long ago, and one who buys every week.
    private static func shop(withModels: Bool) throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        var number = 0
        func buy(_ customer: String, _ day: String, _ total: String) throws {
            number += 1
            try ledger.append(
                id: "p\(number)", type: "purchase.completed", subject: customer, time: day + "T12:00:00Z",
                data: #"{"currency":"GBP","total":"\#(total)"}"#)
        }
        try buy("past", "2023-01-02", "500.00")
        for week in 0..<9 {
            try buy("weekly", "\(try LocalDay(parsing: "2023-10-30").adding(days: week * 7))", "40.00")
        }
        try ledger.append(
            id: "r", type: "customer.registered", subject: "nobody", time: "2023-12-01T00:00:00Z")
        if withModels {
            for (name, rest) in models {
                try ledger.append(
                    id: name, type: "model.fitted", subject: nil, time: "2023-12-31T00:00:00Z",
                    source: "daybook:",
                    data: #"{"model":"\#(name)",\#(rest),"trained_as_of":"2023-12-30","trained_known":"@1"}"#)
            }
        }
        return ledger
    }

    @Test func tiersGoByLifetimeValueWhereModelsAreFitted() throws {
        let policy: JSONValue = ["tiers": ["basis": "clv", "a_share": 0.5]]
        let fitted = try Self.shop(withModels: true)
        let base = try fitted.base(
            asOf: "2023-12-31T23:00:00Z", known: UInt64(fitted.lines.count), policy: policy)
        #expect(MemoryBase.report("value", base)["basis"] == "clv")
        let weekly = try #require(fitted.index(of: "weekly", in: base))
        let past = try #require(fitted.index(of: "past", in: base))
        let row = MemoryBase.row("value", weekly, base)
        let total = try #require(row.value(at: "clv.total.amount")?.stringValue)
        #expect((Double(total) ?? 0) > 500)
        #expect(row["tier"] == "A" && MemoryBase.row("value", past, base)["tier"] != "A")
        #expect(MemoryBase.report("value", base).value(at: "tiers.A.value.amount") == .string(total))
        let nobody = try #require(fitted.index(of: "nobody", in: base))
        #expect(MemoryBase.row("value", nobody, base)["tier"] == "none")

        let unfitted = try Self.shop(withModels: false)
        let plain = try unfitted.base(
            asOf: "2023-12-31T23:00:00Z", known: UInt64(unfitted.lines.count), policy: policy)
        #expect(MemoryBase.report("value", plain)["basis"] == "net_revenue")
        #expect(MemoryBase.row("value", past, plain)["tier"] == "A")
    }

    @Test func aSecondLifeIsWorthWhatAFirstOneWouldBe() throws {
        func worth(_ events: [(customer: String, type: String, day: String, data: String)]) throws -> Base {
            var ledger = try MemoryLedger()
            for (number, event) in events.enumerated() {
                try ledger.append(
                    id: "e\(number)", type: event.type, subject: event.customer,
                    time: event.day + "T12:00:00Z", data: event.data)
            }
            for (name, rest) in Self.models {
                try ledger.append(
                    id: name, type: "model.fitted", subject: nil, time: "2023-01-01T00:00:00Z",
                    source: "daybook:",
                    data: #"{"model":"\#(name)",\#(rest),"trained_as_of":"2023-01-01","trained_known":"@1"}"#)
            }
            return try ledger.base(asOf: "2024-01-10T00:00:00Z", known: UInt64(ledger.lines.count))
        }
        func purchase(_ customer: String, _ day: String, _ total: String) -> (String, String, String, String)
        {
            (customer, "purchase.completed", day, #"{"currency":"GBP","total":"\#(total)"}"#)
        }
        let second = [purchase("a", "2023-09-01", "100.00"), purchase("a", "2023-10-01", "50.00")]
        let offer = ("a", "winback.offered", "2023-08-20", #"{"offer":"o"}"#)
        let base = try worth([purchase("a", "2022-01-10", "30.00"), offer] + second)
        let report = MemoryBase.report("winback", base)
        let fresh = MemoryBase.row("value", 0, try worth(second)).value(at: "clv.total")
        #expect(fresh != nil && report.value(at: "second_lifetime_value.total") == fresh)
        #expect(report.value(at: "second_lifetime_value.n") == 1)
    }

    // MARK: - Drift

    @Test func driftIsThePositionAtTheLastMonthEnd() throws {
        var facts: [Fact] = []
        for month in 1...12 {
            facts.append(
                .purchase(
                    1, day: try day("2023-\(month < 10 ? "0" : "")\(month)-20"), amount: 100_000,
                    position: UInt64(month)))
        }
        facts.append(.purchase(2, day: try day("2024-01-05"), amount: 100, position: 20))
        let base: @Sendable (String) throws -> Base = { [facts] day in
            try MemoryBase.fold(facts, MemoryBase.context(day: day))
        }
        var now = try base("2024-06-30")
        now.earlier = EarlierBase { day, _ in try base(day.description) }
        let row = MemoryBase.row("portfolio", 0, now)
        let earlier = MemoryBase.row("portfolio", 0, try base("2024-05-31"))
        #expect(row["position"] == "migrating")
        #expect(row.value(at: "drift.from") == earlier["position"])
        #expect(row.value(at: "drift.since") == "2024-05-31")
        var january = try base("2024-01-31")
        january.earlier = EarlierBase { day, _ in try base(day.description) }
        #expect(MemoryBase.row("portfolio", 1, january)["drift"] == ["from": nil, "since": "2023-12-31"])

        let model = try #require(coreReadModels.first { $0.name == "positions" })
        let options = ReportOptions(
            earlierDay: try LocalDay(parsing: "2023-12-31"), earlier: try base("2023-12-31"))
        let report = try #require(try model.report(now, options))
        #expect(
            report.value(at: "drift.from") == "2023-12-31" && report.value(at: "drift.to") == "2024-06-30")
        #expect(report.value(at: "drift.flows.value.migrating") == 1)
        #expect(report.value(at: "drift.flows.absent.frozen") == 1)
        #expect(report.value(at: "drift.changes.value") == -1)
    }

    // MARK: - Portfolio

    @Test(arguments: UInt64(0)..<12)
    func theMonthsOfAnAccountAddUpToItsMargin(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let facts = RandomHistories.facts(customers: 25, days: 700, &generator)
        let policy: JSONValue = ["profit": ["return_cost": 1.5, "complaint_cost": 2]]
        let context = try MemoryBase.context(day: "1971-12-31", codes: ["", "one", "two"], policy: policy)
        let everybody = try MemoryBase.fold(facts, context, workers: 3)
        for index in everybody.customers.indices {
            // Alone, so that nobody else's missing costs hide the margins.
            let own = facts.filter { $0.customer == everybody.customers[index] }
            let run = try MemoryBase.fold(own, context).run(of: ProfitModel.self)
            let (figures, monthly) = (run.measures[0], run.projector.monthly)
            #expect(figures == everybody.measures(ProfitModel.self)[index], "seed \(seed)")
            #expect(monthly.count == 24 && monthly.days.lowerBound.description == "1970-01-01")
            #expect(monthly.isMarginKnown == (figures.all.purchasesWithoutCost == 0), "seed \(seed)")
            var years: [Int64] = [0, 0]
            monthly.forEachMonth(of: 0) { years[$0 / 12] += $1 }
            if monthly.isMarginKnown {
                #expect(years[0] + years[1] == figures.all.amount, "seed \(seed)")
                #expect(years[1] == figures.lastMonthEnd.amount, "seed \(seed)")
            } else {
                #expect(years[0] + years[1] == figures.all.revenue, "seed \(seed)")
                #expect(years == [figures.lastYear, figures.thisYear], "seed \(seed)")
            }
            let all = everybody.run(of: ProfitModel.self).projector.monthly
            var together: Int64 = 0
            all.forEachMonth(of: index) { together += $1 }
            #expect(
                together == (all.isMarginKnown ? figures.all.amount : figures.all.revenue), "seed \(seed)")
        }
    }

    @Test func tiersAreAPortfolioOnceThereAreMonthsEnough() throws {
        // Two customers by turns: what one brings more, the other brings less.
        let series = [[10, 12, 11, 13, 12, 14], [5, 4, 6, 5, 7, 6]]
        var facts: [Fact] = []
        for (customer, amounts) in series.enumerated() {
            for (month, amount) in amounts.enumerated() {
                facts.append(
                    .purchase(
                        UInt32(customer), day: try day("2023-0\(month + 1)-15"), amount: Int64(amount * 100),
                        position: UInt64(facts.count)))
            }
        }
        let policy: JSONValue = ["concentration": ["portfolio_months": 6], "tiers": ["a_share": 0.5]]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2023-07-10", policy: policy))
        let portfolio = try #require(MemoryBase.report("concentration", base)["portfolio"])
        let expected = Portfolio(
            series: series.map { $0.map(Double.init) }, weights: [72.0 / 105, 33.0 / 105])
        #expect(portfolio["measure"] == "net_revenue" && portfolio["to"] == "2023-06-30")
        #expect(near(portfolio.value(at: "mean.A"), 12))
        #expect(near(portfolio.value(at: "covariance.A.B"), 0.2))
        #expect(near(portfolio["portfolio_variance"], expected.variance))
        #expect(near(portfolio["reward_to_variability"], try #require(expected.rewardToVariability)))
        let early = try MemoryBase.fold(facts, MemoryBase.context(day: "2023-06-29", policy: policy))
        #expect(MemoryBase.report("concentration", early)["portfolio"] == .null)
    }

    // MARK: - Points, consent, limits

    @Test func theLevelOfPointsRisesAtOnceAndFallsSlowly() throws {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "p", type: "purchase.completed", subject: "c", time: "2023-01-10T10:00:00Z",
            data: #"{"currency":"GBP","order":"o","total":"600.00"}"#)
        try ledger.append(
            id: "e", type: "points.earned", subject: "c", time: "2023-01-10T10:00:00Z",
            data: #"{"order":"o","points":600}"#)
        try ledger.append(
            id: "r", type: "points.redeemed", subject: "c", time: "2023-01-11T10:00:00Z",
            data: #"{"lot":"x","points":600}"#)
        let policy: JSONValue = ["loyalty": ["thresholds": [500], "level_names": ["basic", "gold"]]]
        func level(_ day: String) throws -> JSONValue {
            let base = try ledger.base(
                asOf: day + "T12:00:00Z", known: UInt64(ledger.lines.count), policy: policy)
            return MemoryBase.row("loyalty", 0, base)["level"] ?? "absent"
        }
        #expect(try level("2023-01-20") == .null)
        // Spent points still qualify; those of a purchase that was given back do not.
        #expect(try level("2023-02-01") == ["name": "gold", "since": "2023-01-31"])
        #expect(try level("2024-02-10") == ["name": "gold", "since": "2023-01-31"])
        #expect(try level("2024-03-10") == ["name": "basic", "since": "2024-02-29"])
        try ledger.append(
            id: "b", type: "purchase.returned", subject: "c", time: "2023-03-05T10:00:00Z",
            data: #"{"amount":"600.00","currency":"GBP","order":"o"}"#)
        #expect(try level("2023-05-01") == ["name": "basic", "since": "2023-04-30"])
    }

    @Test func whoWithdrewConsentIsNotScored() throws {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "p", type: "purchase.completed", subject: "c", time: "2023-01-10T10:00:00Z",
            data: #"{"currency":"GBP","total":"6.00"}"#)
        for (id, day, granted) in [("1", "2024-01-10", "false"), ("2", "2024-02-10", "true")] {
            try ledger.append(
                id: id, type: "consent.changed", subject: "c", time: day + "T10:00:00Z",
                data: #"{"granted":\#(granted),"purpose":"profiling"}"#)
        }
        func row(_ day: String) throws -> JSONValue {
            MemoryBase.row(
                "churn", 0, try ledger.base(asOf: day + "T12:00:00Z", known: UInt64(ledger.lines.count)))
        }
        #expect(try row("2024-01-05")["risk"]?.numberValue != nil)
        let silent = try row("2024-01-20")
        #expect(silent["risk"] == .null && silent["base_risk"] == .null && silent["band"] == .null)
        #expect(silent["reasons"] == [])
        #expect(try row("2024-02-20")["risk"]?.numberValue != nil)
    }

    @Test func oneProductAndOneSegmentMayNotCarryTooMuch() throws {
        var ledger = try MemoryLedger()
        for (number, product) in ["tea", "tea", "tea", "cup"].enumerated() {
            let line = #"{"category":"\#(number)","net":"10.00","product":"\#(product)","quantity":1}"#
            try ledger.append(
                id: "p\(number)", type: "purchase.completed", subject: "c\(number)",
                time: "2023-05-10T10:00:00Z",
                data: #"{"currency":"GBP","lines":[\#(line)],"total":"10.00"}"#)
        }
        let base = try ledger.lookingUp("2023-06-01T00:00:00Z")
        let limits = try #require(MemoryBase.report("rebalancing", base)["limits"])
        #expect(limits.value(at: "product.name") == "tea" && limits.value(at: "product.share") == 0.75)
        #expect(limits.value(at: "product.exceeded") == true)
        // Nobody was in touch: all of the revenue is that of one segment.
        #expect(limits.value(at: "segment.share") == 1 && limits.value(at: "segment.exceeded") == true)
        #expect(limits.value(at: "segment.name")?.stringValue?.isEmpty == false)
    }
}
