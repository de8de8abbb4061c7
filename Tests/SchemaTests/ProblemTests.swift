import Events
import Foundation
import Testing

/// What is said of events that are refused: where, what was expected, what was found.
struct ProblemTests {
    private func example(_ type: String) throws -> JSONValue {
        try SchemaFolder.json("examples/\(type).v1.json")
    }

    private func check(
        _ type: String, _ name: String, _ value: JSONValue?, _ code: String, _ pointer: String,
        expected: String,
        found: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let problem = try verdict(on: try example(type).settingData(name, value))
        #expect(
            problem == EventProblem(code: code, pointer: pointer, expected: expected, found: found),
            sourceLocation: location)
    }

    @Test func missingMembersAreNamed() throws {
        try check(
            "purchase.completed", "total", nil, "missing", "/data/total", expected: "the member total",
            found: "nothing")
        try check(
            "lead.captured", "currency", nil, "missing", "/data/currency",
            expected: "the member currency, since there is cost", found: "nothing")
    }

    @Test func unknownMembersAreRefusedWithTheirNearestNeighbour() throws {
        try check(
            "purchase.completed", "curency", "EUR", "unknown_member", "/data/curency",
            expected: "a known member; did you mean currency?", found: "“curency”")
        try check(
            "winback.offered", "zzz", 1, "unknown_member", "/data/zzz", expected: "one of the members offer",
            found: "“zzz”")
    }

    @Test func amountsAreDecimalStringsThatAreNotNegative() throws {
        let amount = "a decimal string that is not negative, such as \"12.34\""
        try check(
            "purchase.completed", "total", "-3.00", "bad_text", "/data/total", expected: amount,
            found: "\"-3.00\"")
        try check(
            "purchase.completed", "total", 12.5, "wrong_type", "/data/total", expected: amount, found: "12.5")
        try check(
            "purchase.completed", "total", .null, "wrong_type", "/data/total", expected: amount, found: "null"
        )
        try check(
            "purchase.returned", "amount", "1,50", "bad_text", "/data/amount", expected: amount,
            found: "\"1,50\"")
    }

    @Test func amountsHaveNoMorePlacesThanTheirCurrency() throws {
        try check(
            "purchase.completed", "total", "12.345", "too_many_places", "/data/total",
            expected: "an amount with at most 2 decimal places, as CNY has", found: "\"12.345\"")
        try check(
            "payment.received", "currency", "JPY", "too_many_places", "/data/amount",
            expected: "an amount with no decimal places, as JPY has", found: "\"12800.00\"")
        #expect(try verdict(on: example("payment.received").settingData("currency", "KWD")) == nil)
        let line: JSONValue = ["product": "p", "quantity": 1, "net": "1.00", "cost": "0.005"]
        try check(
            "purchase.completed", "lines", [line], "too_many_places", "/data/lines/0/cost",
            expected: "an amount with at most 2 decimal places, as CNY has", found: "\"0.005\"")
    }

    @Test func currenciesAreThoseOfISO4217() throws {
        let problem = try #require(
            try verdict(on: example("purchase.completed").settingData("currency", "EUX")))
        #expect(problem.pointer == "/data/currency")
        #expect(problem.code == "unknown_currency")
        #expect(problem.found.contains("EUR"))
        try check(
            "purchase.completed", "currency", "eur", "bad_text", "/data/currency",
            expected: "a currency of ISO 4217, such as \"EUR\"", found: "\"eur\"")
    }

    @Test func ratesAreAboveZero() throws {
        for rate: JSONValue in ["0", "0.000", "-1", "1234567890123"] {
            let problem = try #require(try verdict(on: example("purchase.completed").settingData("fx", rate)))
            #expect(problem.pointer == "/data/fx")
        }
    }

    @Test func aRefundNamesAnOrderOrAnEvent() throws {
        try check(
            "purchase.returned", "event", "purchase-88231", "ambiguous", "/data/event",
            expected: "order or event, not both: name the one purchase event, or the order", found: "both")
        let neither = try example("purchase.returned").settingData("order", nil)
        #expect(try verdict(on: neither) == nil)
        #expect(try verdict(on: neither.settingData("event", "purchase-88231")) == nil)
    }

    @Test func scoresLieWithinTheirScale() throws {
        try check(
            "survey.answered", "score", 6, "out_of_range", "/data/score",
            expected: "a whole number from 1 to 5, as the scale has", found: "6")
        try check(
            "survey.answered", "score", 3.5, "out_of_range", "/data/score",
            expected: "a whole number from 1 to 5, as the scale has", found: "3.5")
        try check(
            "survey.answered", "expected", 0, "out_of_range", "/data/expected",
            expected: "a whole number from 1 to 5, as the scale has", found: "0")
        try check(
            "survey.answered", "scale", ["min": 10, "max": 10], "out_of_range", "/data/scale/max",
            expected: "more than min", found: "10")
        try check(
            "survey.answered", "scale", "csat6", "not_listed", "/data/scale",
            expected: "one of csat5, nps, ces7, or an object", found: "\"csat6\"")
        try check(
            "survey.answered", "scale", ["min": 0], "missing", "/data/scale/max", expected: "the member max",
            found: "nothing")
        let own = try example("survey.answered").settingData("scale", ["min": 0, "max": 100])
        #expect(try verdict(on: own.settingData("score", 87.5)) == nil)
    }

    @Test func listedValuesAreListed() throws {
        try check(
            "contact.logged", "direction", "inbound", "not_listed", "/data/direction",
            expected: "one of in, out",
            found: "\"inbound\"")
    }

    @Test func personalTextsAreNotRepeated() throws {
        let long = String(repeating: "geheim ", count: 10)
        let problem = try #require(
            try verdict(on: example("customer.registered").settingData("phone", .string(long))))
        #expect(problem.pointer == "/data/phone")
        #expect(problem.found == "a text of 70 characters")
        let birth = try #require(
            try verdict(on: example("customer.registered").settingData("birth_date", "31.12.1999")))
        #expect(!birth.description.contains("1999"))
        let feb30 = try #require(
            try verdict(on: example("customer.registered").settingData("birth_date", "1999-02-30")))
        #expect(!feb30.description.contains("1999-02-30"))
    }

    @Test func birthDatesAreDaysOfTheirCalendar() throws {
        let customer = try example("customer.registered")
        for (day, calendar, isValid) in [
            ("2000-02-29", "gregorian", true), ("1900-02-29", "gregorian", false),
            ("--02-29", "gregorian", true),
            ("--02-30", "gregorian", false), ("1990-02-30", "lunar", true), ("--02-31", "lunar", false),
        ] {
            let event = customer.settingData("birth_date", .string(day)).settingData(
                "calendar", .string(calendar))
            #expect(try (verdict(on: event) == nil) == isValid, "\(day) \(calendar)")
        }
        #expect(try verdict(on: customer.settingData("leap_month", true))?.pointer == "/data/leap_month")
        #expect(try verdict(on: customer.settingData("zone", "Mars/Olympus"))?.pointer == "/data/zone")
    }

    @Test func identitiesDoNotPointAtThemselves() throws {
        for (type, member) in [
            ("customer.merged", "into"), ("customer.split", "from"), ("referral.made", "referred"),
            ("relation.declared", "to"),
        ] {
            let event = try example(type)
            let own = try #require(event["subject"])
            #expect(try verdict(on: event.settingData(member, own))?.pointer == "/data/\(member)", "\(type)")
        }
        let void = try example("event.voided")
        let own = void.settingData("source", void["source"]).settingData("id", void["id"])
        #expect(try verdict(on: own)?.pointer == "/data/id")
    }

    @Test func daysBelongToTheirMonthAndYear() throws {
        let rates: JSONValue = [["on": "2026-03-31", "rate": "7.1"], ["on": "2026-04-01", "rate": "7.1"]]
        #expect(
            try verdict(on: example("rate.published").settingData("rates", rates))?.pointer
                == "/data/rates/1/on")
        #expect(try verdict(on: example("rate.published").settingData("to", "USD"))?.pointer == "/data/to")
        let calendar = try example("calendar.published")
        #expect(try verdict(on: calendar.settingData("year", 2025))?.pointer == "/data/days_off/0")
        #expect(
            try verdict(on: calendar.settingData("workdays", ["2026-01-01"]))?.pointer == "/data/workdays/0")
        #expect(
            try verdict(on: example("campaign.started").settingData("to", "2026-03-01"))?.pointer
                == "/data/to")
    }

    @Test func theSubjectIsAsTheTypeWantsIt() throws {
        let purchase = try example("purchase.completed")
        #expect(try verdict(on: purchase.setting("subject", nil))?.pointer == "/subject")
        #expect(try verdict(on: example("campaign.started").setting("subject", "c"))?.pointer == "/subject")
        let policy = try example("policy.adopted")
        #expect(try verdict(on: policy.setting("subject", "c"))?.pointer == "/subject")
        #expect(try verdict(on: policy.setting("source", "https://shop.example"))?.pointer == "/source")
    }

    @Test func pointersNameTheElement() throws {
        let lines: JSONValue = [
            ["product": "p", "quantity": 1, "net": "1.00"], ["product": "q", "quantity": -1, "net": "1.00"],
        ]
        try check(
            "purchase.completed", "lines", lines, "out_of_range", "/data/lines/1/quantity",
            expected: "at least 0",
            found: "-1")
        try check(
            "customer.verified", "fields", ["email", "email"], "repeated", "/data/fields/1",
            expected: "elements that differ", found: "an element a second time")
    }

    @Test func pointersEscapeNames() throws {
        let event = try example("customer.registered").settingData("attributes", ["a/b~c": [1]])
        let problem = try #require(try verdict(on: event))
        #expect(problem.pointer == "/data/attributes/a~1b~0c")
        #expect(problem.expected == "a string, a number or true or false")
    }
}
