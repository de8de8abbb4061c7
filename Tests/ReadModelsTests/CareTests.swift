import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Care, follow-ups, service and what customers say")
struct CareTests {
    private static func ledger(_ birth: String, _ more: String = "") throws -> MemoryLedger {
        var ledger = try MemoryLedger(zone: "Asia/Shanghai", currency: "CNY")
        try ledger.append(
            id: "r", type: "customer.registered", subject: "a", time: "2024-01-01T04:00:00Z",
            data: "{\"birth_date\":\"\(birth)\"\(more)}")
        return ledger
    }

    private static func consent(
        _ purpose: String, _ granted: Bool, _ time: String, in ledger: inout MemoryLedger
    )
        throws
    {
        try ledger.append(
            id: "consent-\(ledger.lines.count)", type: "consent.changed", subject: "a", time: time,
            data: "{\"granted\":\(granted),\"purpose\":\"\(purpose)\"}")
    }

    @Test func birthdaysAreReadFromTheirEventInTheCalendarThatItSays() throws {
        let gregorian = try Self.ledger("1988-02-29")
        var row = gregorian.row("care", of: "a", in: try gregorian.lookingUp("2025-02-01T00:00:00Z"))
        #expect(row["next_on"] == "2025-02-28" && row["occasion"] == "birthday" && row["turns"] == 37)
        #expect(row["remind_on"] == "2025-02-21")
        let first: JSONValue = ["care": ["leap_day": "mar1"]]
        row = gregorian.row(
            "care", of: "a", in: try gregorian.lookingUp("2025-02-01T00:00:00Z", policy: first))
        #expect(row["next_on"] == "2025-03-01")
        let lunar = try Self.ledger("--08-15", ",\"calendar\":\"lunar\"")
        row = lunar.row("care", of: "a", in: try lunar.lookingUp("2025-02-01T00:00:00Z"))
        #expect(row["next_on"] == "2025-10-06" && row["turns"] == .null)
        let leap = try Self.ledger("1990-12-30", ",\"calendar\":\"lunar\",\"leap_month\":false")
        row = leap.row("care", of: "a", in: try leap.lookingUp("2024-12-01T00:00:00Z"))
        #expect(row["next_on"] == "2025-01-28" && row["turns"] == 34)
    }

    @Test func theDayIsThatOfTheCustomersZone() throws {
        let ledger = try Self.ledger("1990-05-20", ",\"zone\":\"America/New_York\"")
        // Already the 21st in Shanghai, still the 20th in New York.
        let row = ledger.row("care", of: "a", in: try ledger.lookingUp("2024-05-20T20:00:00Z"))
        #expect(row["next_on"] == "2024-05-20")
    }

    @Test func anUpdateWithAnotherDayForgetsTheCalendarOfTheFirst() throws {
        var ledger = try Self.ledger("1990-01-01", ",\"calendar\":\"lunar\",\"leap_month\":true")
        try ledger.append(
            id: "u", type: "customer.updated", subject: "a", time: "2024-02-01T04:00:00Z",
            data: "{\"birth_date\":\"1990-06-01\"}")
        let row = ledger.row("care", of: "a", in: try ledger.lookingUp("2024-03-01T00:00:00Z"))
        #expect(row["next_on"] == "2024-06-01")
    }

    @Test func whoeverDidNotAgreeOrComplainsIsLeftAlone() throws {
        var ledger = try Self.ledger("1990-05-20")
        func block(_ time: String) throws -> JSONValue? {
            ledger.row("care", of: "a", in: try ledger.lookingUp(time))["blocked_by"]
        }
        #expect(try block("2024-05-01T00:00:00Z") == "no_consent")
        try Self.consent("analytics", true, "2024-05-01T01:00:00Z", in: &ledger)
        #expect(try block("2024-05-01T02:00:00Z") == "no_consent")
        try Self.consent("marketing_email", true, "2024-05-01T03:00:00Z", in: &ledger)
        #expect(try block("2024-05-01T04:00:00Z") == .null)
        try ledger.append(
            id: "m", type: "contact.logged", subject: "a", time: "2024-05-02T04:00:00Z",
            data: "{\"channel\":\"email\",\"direction\":\"out\",\"topic\":\"care\"}")
        #expect(try block("2024-05-09T04:00:00Z") == "recent_care")
        #expect(try block("2024-05-10T04:00:00Z") == .null)
        try ledger.append(
            id: "c", type: "complaint.opened", subject: "a", time: "2024-05-13T01:00:00Z",
            data: "{\"complaint\":\"c\"}")
        #expect(try block("2024-05-13T05:00:00Z") == .null)
        #expect(try block("2024-05-13T05:01:00Z") == "breached_complaint")
        try Self.consent("marketing_email", false, "2024-05-14T03:00:00Z", in: &ledger)
        #expect(try block("2024-05-14T04:00:00Z") == "no_consent")
        try ledger.append(
            id: "d", type: "relationship.ended", subject: "a", time: "2024-05-15T04:00:00Z",
            data: "{\"code\":\"deceased\"}")
        #expect(try block("2024-05-16T04:00:00Z") == "deceased")
    }

    @Test func whoWasErasedHasNoBirthdayAndAgreesToNothing() throws {
        var ledger = try Self.ledger("1988-05-20")
        try Self.consent("marketing", true, "2024-01-02T00:00:00Z", in: &ledger)
        let before = ledger.row("care", of: "a", in: try ledger.lookingUp("2024-05-15T00:00:00Z"))
        #expect(before["occasion"] == "birthday" && before["blocked_by"] == .null)
        try ledger.append(
            id: "x", type: "customer.erased", subject: "a", time: "2024-05-16T00:00:00Z",
            data: #"{"reason":"asked","key_ids":[]}"#)
        let after = ledger.row("care", of: "a", in: try ledger.lookingUp("2024-05-17T00:00:00Z"))
        #expect(after["occasion"] == .null && after["blocked_by"] == "no_consent")
    }

    @Test func thoseWhoseDayIsNearAreQueuedUnlessSomethingForbidsIt() throws {
        var ledger = try Self.ledger("1990-05-20")
        func queue(_ time: String) throws -> [QueueEntry] {
            try #require(CareModel.queue).entries(try ledger.lookingUp(time))
        }
        #expect(try queue("2024-05-15T04:00:00Z").isEmpty)
        try Self.consent("care", true, "2024-05-01T01:00:00Z", in: &ledger)
        #expect(try queue("2024-05-12T04:00:00Z").isEmpty)
        let due = try queue("2024-05-13T04:00:00Z")
        #expect(due.count == 1 && due[0].facts["on"] == "2024-05-20")
        #expect(due[0].reasons[0]["text"] == "birthday on 2024-05-20: turns 34")
    }

    @Test func followUpsAreDueByPlanAndWithoutOneByTheServiceLevel() throws {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "i", type: "contact.logged", subject: "a", time: "2024-01-10T10:00:00Z",
            data: "{\"channel\":\"email\",\"direction\":\"in\"}")
        func row(_ time: String) throws -> JSONValue {
            ledger.row("followup", of: "a", in: try ledger.lookingUp(time))
        }
        // Nobody has bought: level basic, 180 days.
        #expect(try row("2024-01-11T00:00:00Z")["next_due_on"] == "2024-07-08")
        #expect(try row("2024-07-10T00:00:00Z")["overdue_days"] == 2)
        try ledger.append(
            id: "p", type: "followup.planned", subject: "a", time: "2024-01-11T10:00:00Z",
            data: "{\"due_on\":\"2024-01-20\",\"followup\":\"f\",\"kind\":\"call\",\"owner\":\"ann\"}")
        #expect(try row("2024-01-25T00:00:00Z")["overdue_days"] == 5)
        #expect(try row("2024-01-25T00:00:00Z")["on_time_share"] == 0)
        #expect(try row("2024-01-25T00:00:00Z")["owner"] == "ann")
        try ledger.append(
            id: "x", type: "followup.done", subject: "a", time: "2024-01-20T10:00:00Z",
            data: "{\"followup\":\"f\",\"next_due_on\":\"2024-02-20\",\"outcome\":\"reached\"}")
        let after = try row("2024-01-25T00:00:00Z")
        #expect(after["next_due_on"] == "2024-02-20" && after["on_time_share"] == 1)
        #expect(after["last_on"] == "2024-01-20" && after["overdue_days"] == 0)
        try ledger.append(
            id: "y", type: "followup.done", subject: "a", time: "2024-02-21T10:00:00Z",
            data: "{\"outcome\":\"not_reached\"}")
        #expect(try row("2024-02-22T00:00:00Z")["next_due_on"] == "2024-07-18")
    }

    @Test func theFirstRuleOfTheTableThatFitsServes() throws {
        var ledger = try MemoryLedger()
        for (who, total) in [("a", "80.00"), ("b", "15.00"), ("c", "5.00")] {
            try ledger.append(
                id: "p\(who)", type: "purchase.completed", subject: who, time: "2024-01-02T10:00:00Z",
                data: "{\"currency\":\"GBP\",\"total\":\"\(total)\"}")
        }
        try ledger.append(
            id: "n", type: "need.raised", subject: "c", time: "2024-01-08T09:00:00Z",
            data: "{\"category\":\"technical_support\",\"need\":\"n\",\"severity\":\"low\"}")
        for (id, more) in [("1", ""), ("2", ",\"by\":\"auto\""), ("3", ",\"bulk\":true")] {
            try ledger.append(
                id: "o\(id)", type: "contact.logged", subject: "a", time: "2024-01-03T10:00:00Z",
                data: "{\"channel\":\"email\",\"direction\":\"out\"\(more)}")
        }
        let base = try ledger.lookingUp("2024-01-09T00:00:00Z")
        #expect(ledger.row("service", of: "a", in: base)["level"] == "personal")
        #expect(ledger.row("service", of: "a", in: base)["automatic_share"] == 0.5)
        #expect(ledger.row("service", of: "b", in: base)["rule"] == "regular_customers")
        #expect(ledger.row("service", of: "c", in: base)["rule"] == "technical_help")
        #expect(MemoryBase.report("service", base).value(at: "levels.standard") == 2)
        let policy: JSONValue = [
            "service": [
                "rules": [
                    [
                        "name": "quiet", "position": "potential", "segment": "interaction_low",
                        "level": "basic",
                    ],
                    ["name": "rest", "level": "standard", "cadence_days": nil],
                ]
            ]
        ]
        let other = try ledger.lookingUp("2024-01-09T00:00:00Z", policy: policy)
        #expect(ledger.row("service", of: "b", in: other)["rule"] == "quiet")
        #expect(ledger.row("service", of: "a", in: other)["rule"] == "rest")
        #expect(ledger.row("service", of: "a", in: other)["cadence_days"] == .null)
    }

    @Test func feedbackIsOpenUntilItIsAnsweredAndUntoldUntilSomebodySaysSo() throws {
        var ledger = try MemoryLedger()
        for (id, kind) in [("f1", "suggestion"), ("f2", "praise")] {
            try ledger.append(
                id: id, type: "feedback.received", subject: "a", time: "2024-01-08T09:00:00Z",
                data: "{\"feedback\":\"\(id)\",\"kind\":\"\(kind)\"}")
        }
        try ledger.append(
            id: "a1", type: "feedback.answered", subject: "a", time: "2024-01-08T12:00:00Z",
            data: "{\"feedback\":\"f1\",\"outcome\":\"adopted\"}")
        var base = try ledger.lookingUp("2024-01-10T00:00:00Z")
        let row = ledger.row("feedback", of: "a", in: base)
        #expect(row["received"] == 2 && row["open"] == 1 && row["answered"] == 1 && row["told_share"] == 0)
        #expect(row["untold"] == ["f1"])
        let report = MemoryBase.report("feedback", base)
        #expect(report.value(at: "outcomes.adopted") == 1 && report.value(at: "kinds.praise") == 1)
        #expect(report.value(at: "untold.0.feedback") == "f1")
        try ledger.append(
            id: "o", type: "contact.logged", subject: "a", time: "2024-01-09T10:00:00Z",
            data: "{\"about\":\"f1\",\"channel\":\"phone\",\"direction\":\"out\"}")
        base = try ledger.lookingUp("2024-01-10T00:00:00Z")
        #expect(ledger.row("feedback", of: "a", in: base)["told_share"] == 1)
    }

    @Test func whoWasSpokenToBeforeThereWasAnOutcomeWasNotToldOfIt() throws {
        var ledger = try MemoryLedger()
        for (id, type, time, data) in [
            ("f", "feedback.received", "08", #"{"feedback":"f","kind":"suggestion"}"#),
            ("n", "need.raised", "08", #"{"need":"n","category":"other","severity":"normal"}"#),
            ("o", "contact.logged", "09", #"{"about":"f","channel":"phone","direction":"out"}"#),
            ("p", "contact.logged", "09", #"{"about":"n","channel":"phone","direction":"out"}"#),
            ("g", "feedback.answered", "10", #"{"feedback":"f","outcome":"adopted"}"#),
            ("m", "need.met", "10", #"{"need":"n"}"#),
            ("k", "complaint.opened", "08", #"{"complaint":"k"}"#),
            ("q", "contact.logged", "09", #"{"about":"k","channel":"phone","direction":"out"}"#),
            ("r", "complaint.resolved", "10", #"{"complaint":"k"}"#),
        ] {
            try ledger.append(id: id, type: type, subject: "a", time: "2024-01-\(time)T10:00:00Z", data: data)
        }
        let base = try ledger.lookingUp("2024-01-15T00:00:00Z")
        for (view, item) in [("feedback", "f"), ("needs", "n"), ("complaints", "k")] {
            #expect(ledger.row(view, of: "a", in: base)["told_share"] == 0)
            #expect(ledger.row(view, of: "a", in: base)["untold"] == .array([.string(item)]))
        }
    }

    @Test func employeesAreShownWithoutFiguresOfFewAnswers() throws {
        var ledger = try MemoryLedger()
        for number in 0..<12 {
            let agent = number < 10 ? "ann" : "bob"
            try ledger.append(
                id: "s\(number)", type: "survey.answered", subject: "a", time: "2024-01-08T09:00:00Z",
                data: """
                    {"agent":"\(agent)","scale":"csat5","score":\(number < 6 ? 5 : 2),"survey":"s"}
                    """)
        }
        try ledger.append(
            id: "o", type: "complaint.opened", subject: "a", time: "2024-01-08T09:00:00Z",
            data: "{\"complaint\":\"c\"}")
        for (id, step, more) in [
            ("q", "replied", ",\"by\":\"human\",\"standard\":\"s1\""), ("z", "resolved", ""),
        ] {
            try ledger.append(
                id: id, type: "complaint.\(step)", subject: "a", time: "2024-01-08T10:00:00Z",
                data: "{\"agent\":\"bob\",\"complaint\":\"c\"\(more)}")
        }
        let report = MemoryBase.report("agents", try ledger.lookingUp("2024-01-10T00:00:00Z"))
        #expect(report.value(at: "agents.ann.csat.top2") == 0.6)
        #expect(near(report.value(at: "agents.ann.csat.low"), 0.31267376973365824, 1e-9))
        #expect(report.value(at: "agents.bob.csat") == ["top2": nil, "low": nil, "high": nil, "n": 2])
        for times in ["first_response", "resolution"] {
            #expect(report.value(at: "agents.bob.\(times).n") == 1)
            #expect(report.value(at: "agents.bob.\(times).business.median") == .null)
        }
        let shown = MemoryBase.report(
            "agents", try ledger.lookingUp("2024-01-10T00:00:00Z", policy: ["agents": ["least_answers": 1]]))
        #expect(shown.value(at: "agents.bob.first_response.median") == 60)
        #expect(shown.value(at: "agents.bob.resolution.business.median") == 60)
        #expect(shown.value(at: "agents.bob.csat.top2") == 0)
    }

    @Test func needsAreCountedBeforeAndAfterATraining() throws {
        var ledger = try MemoryLedger()
        for (id, time) in [
            ("1", "2024-01-08"), ("2", "2024-02-20"), ("3", "2024-03-02"), ("4", "2024-06-20"),
        ] {
            try ledger.append(
                id: "n\(id)", type: "need.raised", subject: "a", time: "\(time)T09:00:00Z",
                data: "{\"category\":\"other\",\"need\":\"\(id)\",\"severity\":\"low\"}")
        }
        try ledger.append(
            id: "i", type: "activity.invited", subject: "a", time: "2024-02-01T09:00:00Z",
            data: "{\"activity\":\"t\",\"kind\":\"training\"}")
        try ledger.append(
            id: "t", type: "activity.attended", subject: "a", time: "2024-03-01T09:00:00Z",
            data: "{\"activity\":\"t\",\"kind\":\"training\"}")
        let row = ledger.row("activities", of: "a", in: try ledger.lookingUp("2024-12-01T00:00:00Z"))
        #expect(row["invited"] == 1 && row["attended"] == 1 && row["last_on"] == "2024-03-01")
        #expect(row["training"] == ["on": "2024-03-01", "needs_before": 2, "needs_after": 1])
    }
}
