import Daybook
import Events
import Foundation
import Testing

/// No prediction of a backtest may rest on what was not known, or had not happened, at its point.
struct BacktestTests {
    private static let policy: JSONValue = [
        "models": ["min_customers": 100, "min_history_days": 100, "recent_order_days": 60]
    ]

    /// A repeatable row of numbers between 0 and 1.
    private struct Chance {
        var state: UInt64

        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 11) + 0.5) * 0x1p-53
        }
    }

    /// Purchases of 200 customers in 2023 and the spring of 2024, as BG/NBD has them, by month.
    private static func months() throws -> [[JSONValue]] {
        var chance = Chance(state: 17)
        var months = [[JSONValue]](repeating: [], count: 16)
        let start = try LocalDay(parsing: "2023-01-01")
        for customer in 0..<200 {
            let rate = -log(chance.next()) / 45
            let leaving = 1 - pow(chance.next(), 1 / 2.5)
            var day = chance.next() * 150
            while true {
                let local = start.adding(days: Int(day))
                let month = (local.year - 2023) * 12 + local.month - 1
                guard month < 16 else { break }
                let cents = String(100 + Int(chance.next() * 900))
                months[month].append(
                    purchase(
                        "p\(customer)-\(Int(day * 1_000))", "c\(customer)", "\(local)T12:00:00Z",
                        "\(3 + customer % 20).\(cents.suffix(2))"))
                day += 1 - log(chance.next()) / rate
                if chance.next() < leaving { break }
            }
        }
        return months
    }

    private static func monthEnd(_ month: Int) throws -> String {
        let first = try LocalDay(parsing: "2023-01-15").adding(months: month)
        return "\(first.endOfMonth)T23:57:00Z"
    }

    /// A ledger that recorded every month at its end.
    private static func shop(
        _ fixture: LedgerFixture, beforeNewYear: [JSONValue] = []
    ) async throws -> Ledger {
        let ledger = try await Ledger.create(
            at: fixture.folder, zone: "UTC", currency: "EUR", policy: policy, clock: fixture.clock)
        for (month, events) in try months().enumerated() {
            try fixture.set(monthEnd(month))
            try await ledger.append(events + (month == 11 ? beforeNewYear : []))
        }
        try fixture.set("2024-05-01T09:00:00Z")
        return ledger
    }

    private static func query(
        _ family: ModelFamily, known: TimeArgument? = nil, every: Int? = nil
    ) throws -> BacktestQuery {
        BacktestQuery(
            family, at: .day(try LocalDay(parsing: "2023-12-31")), knownAt: known, horizonDays: 90,
            every: every.map { .days($0) })
    }

    /// Both tests at the turn of the year, as text.
    private static func answers(_ ledger: Ledger, known: TimeArgument? = nil) async throws -> String {
        var text = ""
        for family in ModelFamily.allCases {
            text += try await ledger.backtest(query(family, known: known)).canonicalText
        }
        return text
    }

    @Test func theAnswerHasTheContractsMembers() async throws {
        let ledger = try await Self.shop(LedgerFixture("2022-12-31T12:00:00Z"))
        let churn = try await ledger.backtest(Self.query(.churn))
        #expect(churn["at"] == "2023-12-31" && churn["horizon_days"] == 90)
        #expect(churn["n"] == 200 && churn["model"] != "fallback")
        let events = try #require(churn["events"]?.numberValue)
        let rate = events / 200
        #expect(
            abs((churn.value(at: "baselines.base_rate.brier")?.numberValue ?? 0) - rate * (1 - rate)) < 1e-9)
        #expect((churn["auc"]?.numberValue ?? 0) > 0.6)
        #expect((churn["brier"]?.numberValue ?? 1) < rate * (1 - rate))
        #expect(churn["deciles"]?.arrayValue?.count == 10)
        #expect(churn.value(at: "calibration.slope")?.numberValue != nil)
        #expect(churn.value(at: "baselines.recency.auc")?.numberValue != nil)
        #expect(churn.value(at: "baselines.calibration_rate.brier")?.numberValue != nil)
        let value = try await ledger.backtest(Self.query(.value))
        for name in ["total_error", "rmse", "mae", "correlation", "top20_hit_rate"] {
            #expect(value[name]?.numberValue != nil, "\(name)")
        }
        #expect(value.value(at: "baselines.nobody_buys.total_error") == -1)
    }

    @Test func aSeriesTestsAsLongAsTheLogGoesOn() async throws {
        let ledger = try await Self.shop(LedgerFixture("2022-12-31T12:00:00Z"))
        var query = try Self.query(.churn, every: 10)
        query.horizonDays = 60
        let answer = try await ledger.backtest(query)
        let days = answer["series"]?.arrayValue?.compactMap { $0["at"]?.stringValue }
        #expect(
            days == [
                "2023-12-31", "2024-01-10", "2024-01-20", "2024-01-30", "2024-02-09", "2024-02-19",
            ])
    }

    /// What happened before the point but was recorded after it, and what was recorded before it but happens after.
    @Test func leaksAreCaught() async throws {
        let strict = try await Self.answers(Self.shop(LedgerFixture("2022-12-31T12:00:00Z")))
        // Within the clock's tolerance an event may be recorded three minutes before it happens.
        let early = (0..<30).map {
            purchase("early\($0)", "c\($0)", "2024-01-01T00:01:00Z", "999.00")
        }
        let late = (0..<30).map { purchase("late\($0)", "c\($0)", "2023-12-30T12:00:00Z", "999.00") }
        let planted = try await Self.shop(LedgerFixture("2022-12-31T12:00:00Z"), beforeNewYear: early)
        let model = try await planted.fitModels(
            .value, at: Question(effectiveAt: .day(LocalDay(parsing: "2024-04-30"))), by: "test")
        #expect(model.recorded.map(\.model).contains("bgnbd"))
        try await planted.append(late)
        // What came early is an outcome, and rightly changes the scores; in the predictions it must not show.
        let predictions = try await Self.predictions(planted)
        let clean = try await Self.predictions(Self.shop(LedgerFixture("2022-12-31T12:00:00Z")))
        #expect(predictions == clean)
        // The control: with today's knowledge the late events are in, and the comparison does see them.
        #expect(try await Self.predictions(planted, known: .now) != clean)
        let onlyLate = try await Self.shop(LedgerFixture("2022-12-31T12:00:00Z"))
        try await onlyLate.append(late)
        _ = try await onlyLate.fitModels(.value, at: Question(), by: "test")
        #expect(try await Self.answers(onlyLate) == strict)
        #expect(try await Self.answers(onlyLate, known: .now) != strict)
    }

    /// The mean predictions of the ten parts: they hold nothing of the outcomes.
    private static func predictions(_ ledger: Ledger, known: TimeArgument? = nil) async throws -> [JSONValue]
    {
        let churn = try await ledger.backtest(query(.churn, known: known))
        return churn["deciles"]?.arrayValue?.map { $0["mean_predicted"] ?? nil } ?? []
    }

    @Test func aModelHoldsFromItsTrainingAndFromItsRecordOn() async throws {
        let fixture = try LedgerFixture("2022-12-31T12:00:00Z")
        let ledger = try await Self.shop(fixture)
        let head = try ledger.head()
        let newYear = TimeArgument.day(try LocalDay(parsing: "2023-12-31"))
        let before = try await ledger.customers(CustomerQuery(), at: Question(effectiveAt: newYear))
        _ = try await ledger.fitModels(.value, at: Question(), by: "test")
        // Trained on the spring: of no use for the year before, though it is known.
        let after = try await ledger.customers(CustomerQuery(), at: Question(effectiveAt: newYear))
        #expect(after.map { $0["churn"] } == before.map { $0["churn"] })
        let now = try await ledger.report("churn", ReportQuery(), at: Question())
        #expect(now.value(at: "model.name") != "fallback")
        // Trained on the year before: it holds there from its record on, not before.
        let report = try await ledger.fitModels(.value, at: Question(effectiveAt: newYear), by: "test")
        let then = try await ledger.report("churn", ReportQuery(), at: Question(effectiveAt: newYear))
        let name = try #require(then.value(at: "model.name")?.stringValue)
        #expect(name != "fallback")
        #expect(then.value(at: "model.loglik") == report.answer.value(at: "\(name).loglik"))
        let unknown = try await ledger.report(
            "churn", ReportQuery(), at: Question(effectiveAt: newYear, knownAt: .position(head)))
        #expect(unknown.value(at: "model.name") == "fallback")
        let models = try await ledger.models(at: Question())
        #expect(models.count == report.recorded.count * 2)
        #expect(models.first?["trained_as_of"] == "2023-12-31T23:59:59.999999Z")
    }

    @Test func whatCannotBeTestedIsSaid() async throws {
        let ledger = try await Self.shop(LedgerFixture("2022-12-31T12:00:00Z"))
        for (day, horizon, category) in [
            ("2024-04-01", 90, LedgerError.Category.usage), ("2022-06-01", 30, .failed),
            ("2023-02-28", 30, .failed),
        ] {
            let query = BacktestQuery(.value, at: .day(try LocalDay(parsing: day)), horizonDays: horizon)
            do {
                _ = try await ledger.backtest(query)
                Issue.record("no error on \(day)")
            } catch {
                #expect(error.category == category, "\(error)")
            }
        }
    }
}
