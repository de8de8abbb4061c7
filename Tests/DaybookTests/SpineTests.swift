import Daybook
import Events
import Foundation
import Testing

@Suite("A ledger from end to end")
struct SpineTests {
    @Test func whatIsAppendedIsAnsweredAndReplaysAlike() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        let report = try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00", order: "o1"),
            purchase("p2", "anna", "2024-01-08T10:00:00Z", "5.50"),
            purchase("p3", "bert", "2024-01-09T10:00:00Z", "1.00"),
        ])
        #expect(report.createdCount == 3)
        let again = try await ledger.append([purchase("p3", "bert", "2024-01-09T10:00:00Z", "1.00")])
        #expect(again.outcomes == [.exists(3)])
        let anna = try await ledger.customer("anna", at: Question())
        #expect(anna.value(at: "value.net_revenue.amount") == "25.50")
        #expect(anna["position"] == 4)
        #expect(anna["revision"] == 2)
        let past = try await ledger.customer(
            "anna", at: Question(effectiveAt: .day(LocalDay(year: 2024, month: 1, day: 5)!)))
        #expect(past.value(at: "value.net_revenue.amount") == "20.00")
        let known = try await ledger.customer("anna", at: Question(knownAt: .position(2)))
        #expect(known.value(at: "value.net_revenue.amount") == "20.00")
        await #expect(throws: LedgerError.self) {
            try await ledger.customer("bert", at: Question(knownAt: .position(2)))
        }
    }

    @Test func aVoidAMergeAndACorrectionCountForEveryEffectiveTime() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "anna", "2024-01-08T10:00:00Z", "5.50"),
            purchase("p3", "bert", "2024-01-09T10:00:00Z", "1.00"),
        ])
        let author = Authorship(actor: "eve", reason: "a mistake")
        let day5 = Question(effectiveAt: .day(LocalDay(year: 2024, month: 1, day: 5)!))
        let correction = try await ledger.correct(
            .id("p2", source: nil), data: ["total": "7.00", "currency": "EUR"],
            time: try Instant(parsing: "2024-01-04T10:00:00Z"), by: author)
        #expect(try await ledger.customer("anna", at: day5).value(at: "value.net_revenue.amount") == "27.00")
        let void = try await ledger.void(.id("p1", source: nil), by: author)
        #expect(try await ledger.customer("anna", at: day5).value(at: "value.net_revenue.amount") == "7.00")
        try await _ = ledger.void(.position(void), by: author)
        #expect(try await ledger.customer("anna", at: day5).value(at: "value.net_revenue.amount") == "27.00")
        try await _ = ledger.merge("anna", into: "bert", by: author)
        let bert = try await ledger.customer("anna", at: Question())
        #expect(bert["customer"] == "bert")
        #expect(bert["aliases"] == ["anna"])
        #expect(bert.value(at: "value.net_revenue.amount") == "28.00")
        try await _ = ledger.split("anna", from: "bert", by: author)
        #expect(
            try await ledger.customer("bert", at: Question()).value(at: "value.net_revenue.amount") == "1.00")
        let page = try await ledger.event(.id("p2", source: nil))
        #expect(page.value(at: "corrected_by.position") == .number(Double(correction)))
        #expect(page["voided_by"] == .null)
    }

    @Test func aReaderFoldsWhatTheViewsDoNotHaveAndDeletedViewsLoseNothing() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        for index in 0..<20 {
            try await ledger.append([
                purchase("p\(index)", "c\(index % 3)", "2024-01-0\(1 + index % 9)T10:00:00Z", "2.00")
            ])
        }
        let table = try await ledger.customers(
            CustomerQuery(condition: "value.purchases > 6"), at: Question())
        #expect(table.compactMap { $0["customer"]?.stringValue } == ["c0", "c1"])
        try ledger.close()
        for name in ["data.mdb", "lock.mdb"] {
            try FileManager.default.removeItem(atPath: fixture.folder + "/views/" + name)
        }
        let reader = try await fixture.open(writing: false)
        #expect(!reader.notes.isEmpty)
        #expect(
            try await reader.customers(CustomerQuery(condition: "value.purchases > 6"), at: Question())
                == table)
    }

    @Test func viewsAreRebuiltAndVerifiedAgainstTheLines() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        for index in 0..<20 {
            try await ledger.append([
                purchase("p\(index)", "c\(index % 3)", "2024-01-0\(1 + index % 9)T10:00:00Z", "2.00")
            ])
        }
        let first = try await ledger.rebuildViews()
        let second = try await ledger.rebuildViews(fromLog: false)
        #expect(first["digests"] == second["digests"])
        #expect(try await ledger.verifyViews()["same"] == true)
        #expect(try await ledger.verifyViews(sample: 2)["same"] == true)
        let status = try await ledger.status()
        #expect(status["position"] == 21)
        #expect(status["customers"] == 3)
        let findings = await Ledger.examine("/nonexistent")
        #expect(findings.first?["outcome"] == "fail")
    }

    @Test func reportsTrailsComparisonsAndHistoriesAgree() async throws {
        let fixture = try LedgerFixture("2024-03-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "anna", "2024-02-08T10:00:00Z", "5.50"),
            purchase("p3", "bert", "2024-02-09T10:00:00Z", "1.00"),
        ])
        let report = try await ledger.report("value", ReportQuery(every: .month), at: Question())
        #expect(report["n"] == 2)
        #expect(report["series"]?.arrayValue?.count == 2)
        var query = TrailQuery()
        query.customer = "anna"
        query.newestFirst = true
        query.limit = 1
        let trail = try await ledger.trail(query)
        #expect(trail.entries.first?["id"] == "p2")
        #expect(trail.next == 2)
        let changes = try await ledger.compare(
            from: Question(effectiveAt: .day(LocalDay(year: 2024, month: 1, day: 31)!)), to: Question(),
            ComparisonQuery(fields: ["value.purchases"]))
        #expect(changes.count == 2)
        #expect(changes.first?["cause"] == "event")
        let history = try await ledger.history(of: "anna", fields: ["value.purchases"], at: Question())
        #expect(history.map { $0["on"] } == ["2024-01-05", "2024-02-08"])
        var lines: [String] = []
        try await ledger.export(TrailQuery(), sealed: false) { line in
            lines.append(String(decoding: (0..<line.count).map { line[$0] }, as: UTF8.self))
        }
        #expect(lines.count == 4)
    }
}
