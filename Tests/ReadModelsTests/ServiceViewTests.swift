import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Complaints, needs and the queue")
struct ServiceViewTests {
    @Test(.enabled(if: SharedFiles.isThere, "the reference values are not beside the checkout"))
    func scoresAndTheirOrderAreThoseOfTheReference() throws {
        let context = try MemoryBase.context(day: "2024-01-01")
        let rule = try PriorityRule(context.policy)
        let expected = try SharedFiles.object("priority/score.json").object("expected")
        var judged: [(id: String, item: JudgedItem)] = []
        for item in expected["items"] as? [[String: Any]] ?? [] {
            let severity = try #require(CorePolicy.severities.firstIndex(of: item.text("severity")))
            let queued = QueueItem(
                customer: 1, kind: .need, position: UInt64(judged.count), name: ItemName(),
                severity: severity,
                isSafety: false, responseSince: nil, responseTarget: 0,
                handled: Int64(item.number("elapsed_minutes")) * 60_000_000, handledSince: 0,
                handlingTarget: Int64(item.number("target_minutes")), dueBy: nil,
                value: item.number("value"), interaction: item.number("interaction"))
            let result = rule.judge(queued, at: 0)
            #expect(abs(result.score - item.number("score")) < 1e-9, "\(item.text("id"))")
            #expect(abs(result.urgency - item.number("urgency")) < 1e-12)
            #expect(Double(result.minutesToBreach) == item.number("minutes_to_breach"))
            judged.append((item.text("id"), result))
        }
        judged.sort { JudgedItem.precedes($0.item, $1.item) }
        #expect(judged.map(\.id) == expected.texts("order"))
    }

    private static func shop() throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        func complaint(_ id: String, _ step: String, _ who: String, _ time: String, _ more: String = "")
            throws
        {
            try ledger.append(
                id: "\(step)-\(id)-\(ledger.lines.count)", type: "complaint.\(step)", subject: who,
                time: time,
                data: "{\(more)\"complaint\":\"\(id)\"}")
        }
        // 2024-01-08 is a Monday.
        for (who, total) in [("a", "10.00"), ("b", "30.00"), ("c", "20.00")] {
            try ledger.append(
                id: "p\(who)", type: "purchase.completed", subject: who, time: "2024-01-02T10:00:00Z",
                data: "{\"currency\":\"GBP\",\"total\":\"\(total)\"}")
        }
        try complaint("c1", "opened", "a", "2024-01-08T09:00:00Z", "\"severity\":\"high\",")
        try complaint("c2", "opened", "b", "2024-01-08T09:00:00Z", "\"category\":\"safety\",")
        try complaint("c2", "replied", "b", "2024-01-08T10:00:00Z", "\"by\":\"human\",")
        try complaint("c3", "opened", "c", "2024-01-08T09:00:00Z")
        try complaint("c3", "resolved", "c", "2024-01-08T12:00:00Z")
        try ledger.append(
            id: "n1", type: "need.raised", subject: "b", time: "2024-01-08T09:00:00Z",
            data:
                "{\"category\":\"other\",\"due_by\":\"2024-01-08T15:00:00Z\",\"need\":\"n1\",\"severity\":\"low\"}"
        )
        try ledger.append(
            id: "n2", type: "need.raised", subject: "c", time: "2024-01-08T09:00:00Z",
            data: "{\"category\":\"other\",\"need\":\"n2\",\"severity\":\"normal\"}")
        try ledger.append(
            id: "m2", type: "need.met", subject: "c", time: "2024-01-08T10:00:00Z",
            data: "{\"need\":\"n2\",\"told_customer\":true}")
        return ledger
    }

    @Test func theQueueIsOfWhatIsOpenAndRowsAreTheirFirstItem() throws {
        let ledger = try Self.shop()
        let base = try ledger.lookingUp("2024-01-08T12:30:00Z")
        let queue = MemoryBase.report("priority", base)["queue"]?.arrayValue ?? []
        #expect(queue.map { $0["id"]?.stringValue } == ["n1", "c2", "c1"])
        #expect(queue.map { $0["elapsed_minutes"]?.numberValue } == [210, 210, 210])
        #expect(queue.map { $0["target_minutes"]?.numberValue } == [360, 1440, 240])
        let row = ledger.row("priority", of: "b", in: base)
        #expect(row["rank"] == 1 && row["breach_at"] == "2024-01-08T15:00:00Z")
        #expect(row.value(at: "factors.value") == 1)
        #expect(ledger.row("priority", of: "a", in: base)["rank"] == 3)
        #expect(ledger.row("priority", of: "a", in: base)["breach_at"] == "2024-01-08T13:00:00Z")
        #expect(ledger.row("priority", of: "c", in: base)["score"] == .null)
    }

    @Test func theQueueForPeopleSaysWhyEachCustomerWaits() throws {
        let ledger = try Self.shop()
        let base = try ledger.lookingUp("2024-01-08T13:30:00Z")
        let queue = try #require(PriorityModel.queue)
        let entries = try queue.entries(base).sorted { $0.precedes($1) ?? false }
        let names = try entries.map { try base.lookup?.name(of: base.customers[$0.index]) }
        #expect(names == ["b", "a"])
        #expect(entries[0].reasons.count == 2 && entries[0].facts["id"] == "n1")
        #expect(entries[1].reasons[0]["code"] == "breached_complaint")
        #expect(
            entries[1].reasons[0]["text"]
                == "complaint of high severity, late by 30 minutes of opening hours")
    }

    @Test func thePolicyCanPutSafetyAndWhatIsLateFirst() throws {
        let ledger = try Self.shop()
        func order(_ priority: JSONValue) throws -> [String?] {
            let base = try ledger.lookingUp("2024-01-08T13:30:00Z", policy: ["priority": priority])
            return (MemoryBase.report("priority", base)["queue"]?.arrayValue ?? []).map {
                $0["id"]?.stringValue
            }
        }
        #expect(try order(["safety_first": true]) == ["c2", "n1", "c1"])
        #expect(try order(["breached_first": true]) == ["c1", "n1", "c2"])
        #expect(try order(["breached_first": true, "safety_first": true]) == ["c2", "c1", "n1"])
    }

    @Test func whatNobodyWasToldIsListedAfterABusinessDay() throws {
        var ledger = try Self.shop()
        let early = try ledger.lookingUp("2024-01-09T11:59:00Z")
        #expect(ledger.row("complaints", of: "c", in: early)["untold"] == [])
        #expect(ledger.row("complaints", of: "c", in: early)["told_share"] == 0)
        let late = try ledger.lookingUp("2024-01-09T12:00:00Z")
        #expect(ledger.row("complaints", of: "c", in: late)["untold"] == ["c3"])
        #expect(ledger.row("needs", of: "c", in: late)["told_share"] == 1)
        try ledger.append(
            id: "k", type: "contact.logged", subject: "c", time: "2024-01-09T11:00:00Z",
            data: "{\"about\":\"c3\",\"channel\":\"phone\",\"direction\":\"out\"}")
        let told = try ledger.lookingUp("2024-01-09T12:00:00Z")
        #expect(ledger.row("complaints", of: "c", in: told)["untold"] == [])
        #expect(ledger.row("complaints", of: "c", in: told)["told_share"] == 1)
    }

    @Test func targetsDependOnSeverityAndTier() throws {
        let ledger = try Self.shop()
        let policy: JSONValue = [
            "complaints": [
                "targets": [["severity": "high", "respond": 60], ["tier": ["B", "C"], "resolve": 30]]
            ]
        ]
        let base = try ledger.lookingUp("2024-01-08T10:30:00Z", policy: policy)
        #expect(ledger.row("complaints", of: "a", in: base)["breached"] == 1)
        #expect(ledger.row("complaints", of: "b", in: base)["breached"] == 0)
        #expect(ledger.row("complaints", of: "c", in: base)["breached"] == 0)
        #expect(ledger.row("value", of: "c", in: base)["tier"] == "A")
        #expect(MemoryBase.report("complaints", base).value(at: "breaches.respond") == 1)
    }

    @Test func calendarsThatArePublishedHoldAndMakeUpDaysAreWorked() throws {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "cal", type: "calendar.published", subject: nil, time: "2024-01-01T00:00:00Z",
            source: "daybook:",
            data: """
                {"calendar":"x","days_off":["2024-01-08"],"workdays":["2024-01-06"],"year":2024}
                """)
        try ledger.append(
            id: "c", type: "complaint.opened", subject: "a", time: "2024-01-05T17:00:00Z",
            data: "{\"complaint\":\"c\"}")
        try ledger.append(
            id: "r", type: "complaint.replied", subject: "a", time: "2024-01-09T10:00:00Z",
            data: "{\"by\":\"human\",\"complaint\":\"c\"}")
        let base = try ledger.lookingUp("2024-01-10T00:00:00Z")
        // An hour on Friday, nine on the Saturday that is worked, none on Monday, one on Tuesday.
        #expect(ledger.row("complaints", of: "a", in: base).value(at: "first_response.business") == 660)
    }

    @Test func anOpenComplaintPastItsTargetWeighsMoreInChurnRisk() throws {
        let ledger = try Self.shop()
        let base = try ledger.lookingUp("2024-01-08T13:01:00Z")
        let assessor = ChurnAssessor(base)
        let late = try #require(ledger.index(of: "a", in: base))
        let punctual = try #require(ledger.index(of: "b", in: base))
        #expect(assessor.assess(late).features.breachedComplaint)
        #expect(assessor.assess(punctual).features.openComplaint)
        #expect(!assessor.assess(punctual).features.breachedComplaint)
    }
}
