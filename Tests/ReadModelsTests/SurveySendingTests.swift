import Events
import Projection
import Testing

@testable import ReadModels

@Suite("Surveys sent, topics, and what every view must have")
struct SurveySendingTests {
    @Test func theResponseRateIsOfSurveysNotOfAnswers() throws {
        var ledger = try MemoryLedger()
        func sent(_ id: String, _ who: String, _ day: String) throws {
            try ledger.append(
                id: "s\(ledger.lines.count)", type: "survey.sent", subject: who, time: "\(day)T10:00:00Z",
                data: "{\"survey\":\"\(id)\"}")
        }
        func answered(_ id: String, _ who: String, _ day: String, _ more: String) throws {
            try ledger.append(
                id: "a\(ledger.lines.count)", type: "survey.answered", subject: who, time: "\(day)T11:00:00Z",
                data: "{\(more),\"survey\":\"\(id)\"}")
        }
        try sent("q1", "a", "2024-01-01")
        try sent("q2", "a", "2024-02-01")
        try sent("q1", "b", "2024-02-01")
        try sent("q3", "b", "2024-03-01")
        try answered("q1", "a", "2024-01-02", "\"expected\":5,\"scale\":\"csat5\",\"score\":4")
        try answered("q1", "a", "2024-01-02", "\"expected\":4,\"scale\":\"csat5\",\"score\":5")
        try answered("q3", "b", "2024-03-02", "\"scale\":{\"max\":9,\"min\":1},\"score\":4")
        try answered("q9", "b", "2024-03-02", "\"expected\":2,\"scale\":\"csat5\",\"score\":5")
        let base = try ledger.lookingUp("2024-03-31T00:00:00Z")
        let report = MemoryBase.report("satisfaction", base)
        #expect(report["response_rate"] == ["sent": 4, "answered": 2, "share": 0.5])
        #expect(report.value(at: "expectation_gap.mean") == 1 && report.value(at: "expectation_gap.n") == 3)
        // −1, 1 and 3: standard deviation 2, t of two degrees of freedom 4.3026527.
        #expect(
            near(report.value(at: "expectation_gap.high"), 1 + 4.302652729911275 * 2 / 3.0.squareRoot(), 1e-9)
        )
        #expect(
            MemoryBase.report("satisfaction", base, windowDays: 40)["response_rate"]
                == ["sent": 1, "answered": 1, "share": 1])
        let row = ledger.row("satisfaction", of: "b", in: base)
        #expect(row["surveys"] == ["sent": 2, "answered": 1, "sent_lately": 2, "may_ask": true])
    }

    @Test func everyAnsweredFormIsOneOfThoseThatWereSent() throws {
        var ledger = try MemoryLedger()
        for (place, (type, day)) in [
            ("sent", "01-01"), ("sent", "01-10"), ("answered", "01-12"), ("answered", "01-12"),
            ("answered", "01-15"), ("answered", "01-20"),
        ].enumerated() {
            let answer = type == "sent" ? "" : #","scale":"csat5","score":4"#
            try ledger.append(
                id: "e\(place)", type: "survey.\(type)", subject: "a", time: "2024-\(day)T10:00:00Z",
                data: #"{"survey":"q"\#(answer)}"#)
        }
        // Two questions of one form on the 12th, another form on the 15th; nothing was sent for the 20th.
        let early = try ledger.lookingUp("2024-01-13T00:00:00Z")
        #expect(ledger.row("satisfaction", of: "a", in: early).value(at: "surveys.answered") == 1)
        let late = try ledger.lookingUp("2024-01-31T00:00:00Z")
        #expect(ledger.row("satisfaction", of: "a", in: late).value(at: "surveys.answered") == 2)
    }

    @Test func topicsAreCountedByConversationAndComparedWithTheWindowBefore() throws {
        var ledger = try MemoryLedger()
        let contacts = [
            ("2023-11-01T10:00:00Z", "delivery", ""), ("2024-03-01T10:00:00Z", "delivery", ""),
            ("2024-03-01T10:10:00Z", "price", ""), ("2024-03-05T10:00:00Z", "price", ",\"thread\":\"t\""),
            ("2024-03-09T10:00:00Z", "price", ",\"thread\":\"t\""), ("2024-03-10T10:00:00Z", "", ""),
        ]
        for (number, (time, topic, more)) in contacts.enumerated() {
            try ledger.append(
                id: "c\(number)", type: "contact.logged", subject: "a", time: time,
                data:
                    "{\"channel\":\"chat\",\"direction\":\"in\"\(topic.isEmpty ? "" : ",\"topic\":\"\(topic)\"")\(more)}"
            )
        }
        let base = try ledger.lookingUp("2024-03-20T00:00:00Z")
        let row = ledger.row("interaction", of: "a", in: base)
        #expect(row["contacts"] == 4 && row["inbound"] == 3)
        #expect(row.value(at: "topics.delivery.change") == 0 && row.value(at: "topics.delivery.n") == 1)
        #expect(row.value(at: "topics.price.change") == 1)
        #expect(near(row.value(at: "topics.price.share"), 1.0 / 3, 1e-9))
        #expect(MemoryBase.report("interaction", base).value(at: "topics.price.n") == 1)
    }

    @Test func everyFieldOfTheseRowsHasARuleWhoseParametersThereAre() throws {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "p", type: "purchase.completed", subject: "a", time: "2024-01-02T10:00:00Z",
            data: "{\"currency\":\"GBP\",\"total\":\"1.00\"}")
        let base = try ledger.lookingUp("2024-03-20T00:00:00Z")
        let known = Set(CorePolicy.parameters.map(\.path))
        let views = [
            "complaints", "needs", "feedback", "priority", "interaction", "satisfaction", "care", "followup",
            "service", "activities",
        ]
        for model in coreReadModels where views.contains(model.name) {
            for member in ledger.row(model.name, of: "a", in: base).objectValue ?? JSONObject() {
                #expect(
                    model.rules.contains { $0.path == member.name || $0.path.hasPrefix(member.name + ".") },
                    "\(model.name).\(member.name) has no rule")
            }
            for rule in model.rules {
                #expect(rule.parameters.allSatisfy(known.contains), "\(model.name).\(rule.path)")
            }
        }
    }
}
