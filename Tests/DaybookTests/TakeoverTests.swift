import Daybook
import Events
import Testing

/// What an import makes of events, whose facts are extracted before they are written, is what appending them makes.
@Suite struct TakeoverTests {
    private static func events(_ count: Int) -> [JSONValue] {
        (0..<count).map { number in
            let customer = "c\(number * 7 % 23)"
            let day = number % 27 + 1
            let time = "2023-0\(number % 9 + 1)-\(day < 10 ? "0" : "")\(day)T10:00:00Z"
            switch number % 11 {
            case 3:
                return event(
                    "contact.logged", "e\(number)", customer: customer, at: time, [],
                    ["direction": "in", "channel": "chat", "text": .string("Where is my \(number)?")])
            case 5:
                return event(
                    "customer.registered", "e\(number)", customer: customer, at: time, [],
                    ["name": .string("Name \(number)"), "region": "north"])
            case 7:
                return event(
                    "survey.answered", "e\(number)", customer: customer, at: time, [("correlationid", .null)],
                    [
                        "survey": "s", "dimension": "service", "scale": "nps",
                        "score": .number(Double(number % 10)),
                    ])
            case 9 where number > 20:
                return event(
                    "event.voided", "e\(number)", customer: nil, at: time, [],
                    ["source": "/shop", "id": .string("e\(number - 20)"), "reason": "test"])
            default:
                return purchase("e\(number)", customer, time, "\(number).50", order: "o\(number)")
            }
        }
    }

    /// A row without what differs because an import ends with an event of its own.
    private static func content(_ row: JSONValue) -> JSONValue {
        let members = row.objectValue?.filter { $0.name != "position" && $0.name != "token" } ?? []
        return .object(JSONObject(members.map { ($0.name, $0.value) }))
    }

    @Test func importedEventsGiveTheRowsThatAppendedOnesGive() async throws {
        let events = Self.events(700)
        let question = Question(effectiveAt: .instant(try Instant(parsing: "2023-12-01T00:00:00Z")))
        let (one, other) = (try LedgerFixture(), try LedgerFixture())
        let appended = try await one.create()
        try await appended.append(events)
        let imported = try await other.create()
        var start = 0
        // Some of a batch have been there before: those beside them are read from the log.
        for (size, back) in [(200, 0), (300, 20), (40, 40), (260, 40)] {
            let range = start - back..<min(start - back + size, events.count)
            let outcome = try imported.takeOver(
                events[range].map(\.canonicalBytes), recorded: "now", settingAside: false)
            #expect(outcome.existing == back)
            start = range.upperBound
        }
        #expect(start == events.count)
        #expect(try imported.head() == appended.head())
        try imported.completeTakeover(
            file: "f", sha256: String(repeating: "0", count: 64), counts: [("created", 700)], recorded: "now",
            actor: "test")
        let expected = try await appended.customers(CustomerQuery(), at: question)
        let found = try await imported.customers(CustomerQuery(), at: question)
        #expect(found.map(Self.content) == expected.map(Self.content))
        #expect(expected.count == 23)
        let verified = try await imported.verifyViews()
        #expect(verified["same"] == .bool(true), "\(verified.canonicalText)")
    }
}
