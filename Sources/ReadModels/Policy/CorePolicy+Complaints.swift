import Events

extension CorePolicy {
    /// When work is done.
    static let business: [CoreParameter] = [
        CoreParameter(
            "business.hours", ["09:00-18:00"], "local time",
            .structure(
                "a list like [\"09:00-12:00\", \"13:00-18:00\"]", BusinessHours.expectation),
            "opening hours of a working day; a shift past midnight is two stretches", source: "choice: 9"),
        CoreParameter(
            "business.weekdays", [0, 1, 2, 3, 4], "weekdays",
            .structure("a list of different weekdays, 0 (Monday) to 6", weekdays),
            "the weekdays that are worked; 0 is Monday", source: "choice: 9"),
        CoreParameter(
            "business.calendar", nil, "", .textOrNull,
            "the published calendar whose days off and workdays hold; null for all of them", source: "9"),
        CoreParameter(
            "business.days_off", [], "days", .structure("a list of days, YYYY-MM-DD", days),
            "further days without work; they go before published calendars", source: "9"),
        CoreParameter(
            "business.workdays", [], "days", .structure("a list of days, YYYY-MM-DD", days),
            "further days with work, such as make-up weekends; they go before all others", source: "9"),
    ]

    /// What is promised to those who complain.
    static let complaints: [CoreParameter] = [
        CoreParameter(
            "complaints.acknowledge_minutes", 60, "business minutes", .whole(1...10_000_000),
            "to the first acknowledgement, by whomever", source: "choice: 9"),
        CoreParameter(
            "complaints.respond_minutes", 240, "business minutes", .whole(1...10_000_000),
            "to the first reply by a person", source: "choice: 9"),
        CoreParameter(
            "complaints.resolve_minutes", 1440, "business minutes", .whole(1...10_000_000),
            "of handling until it is resolved, waiting for the customer not counted", source: "choice: 9"),
        CoreParameter(
            "complaints.targets", [], "business minutes",
            .structure(
                "a list of {severity, tier, acknowledge, respond, resolve}",
                TableCheck(
                    members: conditions + [
                        ("acknowledge", .whole), ("respond", .whole), ("resolve", .whole),
                    ], required: []
                ).expectation),
            "other targets by severity and tier: the first row that fits and says a target counts",
            source: "choice: 9"),
    ]

    /// What is promised to those who need something.
    static let needs: [CoreParameter] = [
        CoreParameter(
            "needs.meet_minutes", 1440, "business minutes", .whole(1...10_000_000),
            "until a need is met, where it says no due time of its own", source: "choice: 24"),
        CoreParameter(
            "needs.targets", [], "business minutes",
            .structure(
                "a list of {severity, tier, meet}",
                TableCheck(members: conditions + [("meet", .whole)], required: []).expectation),
            "other targets by severity and tier: the first row that fits counts", source: "choice: 24"),
    ]

    /// Whose turn it is.
    static let priority: [CoreParameter] = [
        weight("value", 0.4, "the customer's value"),
        weight("urgency", 0.4, "the urgency of the matter"),
        weight("interaction", 0.2, "how often the customer is in touch"),
        CoreParameter(
            "priority.floor", 0.05, "", .number(0.000001...1),
            "the least of each factor, so that a new customer is not at zero", source: "choice: 10"),
        urgency("low", 0.25), urgency("normal", 0.5), urgency("high", 0.75), urgency("critical", 1),
        CoreParameter(
            "priority.safety_first", false, "", .truth,
            "complaints of the safety categories come before all others", source: "10"),
        CoreParameter(
            "priority.safety_categories", ["safety"], "", .texts,
            "categories of complaints that are about safety",
            source: "choice: 10"),
        CoreParameter(
            "priority.breached_first", false, "", .truth,
            "what is past its target comes before what is not", source: "10"),
    ]

    private static let conditions: [(name: String, value: TableCheck.Member)] = [
        ("severity", .oneOrMore(severities)), ("tier", .oneOrMore(["A", "B", "C", "none"])),
    ]

    /// The severities, the least first; facts hold their places.
    static let severities = ["low", "normal", "high", "critical"]

    private static func weight(_ name: String, _ value: Double, _ meaning: String) -> CoreParameter {
        CoreParameter(
            "priority.weights.\(name)", .number(value), "", .number(0...10),
            "the exponent of \(meaning) in the score", source: "choice: 10")
    }

    private static func urgency(_ severity: String, _ value: Double) -> CoreParameter {
        CoreParameter(
            "priority.urgency.\(severity)", .number(value), "", .number(0...1),
            "the least urgency of what is of \(severity) severity", source: "choice: 10")
    }

    @Sendable
    private static func weekdays(_ value: JSONValue) -> String? {
        let days = value.arrayValue?.map(\.integerValue) ?? [nil]
        return days.allSatisfy { $0.map { (0...6).contains($0) } == true } && Set(days).count == days.count
            ? nil : "a list of different weekdays, 0 (Monday) to 6"
    }

    @Sendable
    private static func days(_ value: JSONValue) -> String? {
        value.arrayValue?.allSatisfy { $0.stringValue.flatMap(BusinessHours.day) != nil } == true
            ? nil : "a list of days, YYYY-MM-DD"
    }
}
