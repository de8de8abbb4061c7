import Events
import Testing

@testable import Daybook

@Suite("Looking back")
struct PositionDriftTests {
    private static func shop(_ fixture: LedgerFixture) async throws -> Ledger {
        let ledger = try await fixture.create()
        var events: [JSONValue] = []
        for customer in 0..<12 {
            for month in 1...(customer < 3 ? 12 : customer % 5 + 1) {
                let day = try LocalDay(parsing: "2023-01-10").adding(months: month - 1).adding(days: customer)
                events.append(
                    event(
                        "purchase.completed", "p\(customer)-\(month)", customer: "c\(customer)",
                        at: "\(day)T10:00:00Z", [],
                        [
                            "total": .string(customer == 0 ? "900.00" : "\(10 + customer).00"),
                            "currency": "EUR",
                        ]))
            }
        }
        try await ledger.append(events)
        return ledger
    }

    private static func question(_ day: String) throws -> Question {
        Question(effectiveAt: .day(try LocalDay(parsing: day)))
    }

    @Test func driftSaysWhatTheAnswerOfThatDaySays() async throws {
        let ledger = try await Self.shop(LedgerFixture("2024-12-31T00:00:00Z"))
        let query = CustomerQuery(views: ["portfolio"])
        var moved = 0
        for (day, since) in [
            ("2023-06-14", "2023-05-31"), ("2024-03-31", "2024-02-29"), ("2024-06-01", "2024-05-31"),
        ] {
            let then = try await ledger.customers(query, at: Self.question(since))
            let positions = Dictionary(
                uniqueKeysWithValues: then.map {
                    ($0["customer"]?.stringValue ?? "", $0.value(at: "portfolio.position") ?? .null)
                })
            for row in try await ledger.customers(query, at: Self.question(day)) {
                let from = positions[row["customer"]?.stringValue ?? ""] ?? .null
                #expect(
                    row.value(at: "portfolio.drift.from") == from,
                    "\(day) \(row["customer"]?.stringValue ?? "")")
                #expect(row.value(at: "portfolio.drift.since") == .string(since))
                if row.value(at: "portfolio.position") != from { moved += 1 }
            }
            let one = try await ledger.customer("c0", at: Self.question(day))
            #expect(one.value(at: "portfolio.drift.from") == positions["c0"] ?? .null)
            let explained = try await ledger.explain("c0", "portfolio.drift.from", at: Self.question(day))
            #expect(explained.isRecomputed)
        }
        #expect(moved > 0)
        let report = try await ledger.report(
            "positions", ReportQuery(earlierDay: try LocalDay(parsing: "2023-06-30")),
            at: Self.question("2024-06-30"))
        #expect(report.value(at: "drift.from") == "2023-06-30")
        let all = report.value(at: "drift.flows")?.objectValue?.flatMap { origin in
            origin.value.objectValue?.map { $0.value.numberValue ?? 0 } ?? []
        }
        #expect(all?.reduce(0, +) == 12)
    }

    @Test func monthsOfASeriesAreThoseOfTheCalendar() throws {
        let step = BacktestQuery.Step.months(3)
        let end = try LocalDay(parsing: "2023-11-30")
        #expect(
            (1...3).map { step.day($0, after: end).description } == [
                "2024-02-29", "2024-05-31", "2024-08-31",
            ])
        let middle = try LocalDay(parsing: "2023-10-30")
        #expect(
            (1...2).map { BacktestQuery.Step.months(2).day($0, after: middle).description } == [
                "2023-12-30", "2024-02-29",
            ])
        #expect(BacktestQuery.Step.days(7).day(2, after: middle).description == "2023-11-13")
    }

    @Test func calendarsRatesAndLabelsArePublishedByAppending() async throws {
        let fixture = try LedgerFixture("2024-06-30T00:00:00Z")
        let ledger = try await fixture.create()
        let rates: JSONValue = [
            "from": "USD", "to": "EUR", "rates": [["on": "2024-05-03", "rate": "0.5"]],
        ]
        let calendar: JSONValue = ["calendar": "x", "year": 2024, "days_off": ["2024-05-01"], "workdays": []]
        try await ledger.append([
            event(
                "rate.published", "r", customer: nil, at: "2024-05-01T00:00:00Z", source: "daybook:", [],
                rates),
            event(
                "calendar.published", "k", customer: nil, at: "2024-01-01T00:00:00Z", source: "daybook:", [],
                calendar),
            event(
                "purchase.completed", "p", customer: "c", at: "2024-05-03T10:00:00Z", [],
                ["total": "8.00", "currency": "USD"]),
        ])
        let row = try await ledger.customer("c", at: Question())
        #expect(row.value(at: "value.net_revenue.amount") == "4.00")
        let policy = event(
            "policy.adopted", "q", customer: nil, at: "2024-05-01T00:00:00Z", source: "daybook:", [],
            ["policy": [:]])
        await #expect(throws: LedgerError.self) { try await ledger.append([policy]) }
    }
}
