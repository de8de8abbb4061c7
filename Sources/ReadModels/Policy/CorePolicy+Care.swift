import Events

extension CorePolicy {
    /// When customers are turned to of our own accord, and when not.
    static let care: [CoreParameter] = [
        CoreParameter(
            "care.lead_days", 7, "days", .whole(0...365),
            "so long before an occasion somebody is reminded of it",
            source: "choice: 19"),
        CoreParameter(
            "care.quiet_days", 7, "days", .whole(0...365),
            "so long after a care message there is no other one",
            source: "choice: 19"),
        CoreParameter(
            "care.leap_day", "feb28", "", .choice(["feb28", "mar1"]),
            "when a birthday on 29 February is kept in common years", source: "choice: 19"),
        CoreParameter(
            "care.anniversary", true, "", .truth, "whether the day of the first purchase is an occasion",
            source: "19"),
        CoreParameter(
            "care.membership_days", nil, "days", .wholeOrNull(1...36_500),
            "after so many days a membership ends; null where it does not", source: "19"),
        CoreParameter(
            "care.warranty_days", nil, "days", .wholeOrNull(1...36_500),
            "so many days after a purchase its warranty ends; null where there is none", source: "19"),
        CoreParameter(
            "care.festivals", [], "days",
            .structure(
                "a list of {name, month, day, calendar: gregorian or lunar} or {name, on}",
                CareRule.expectation),
            "festivals on which customers are turned to", source: "19"),
        CoreParameter(
            "care.consent_purposes", ["care", "marketing", "contact"], "", .texts,
            "care messages need consent to one of these purposes, or to a part of it such as marketing_email",
            source: "choice: 19"),
        CoreParameter(
            "care.deceased_codes", ["deceased", "died"], "", .texts,
            "codes of relationship.ended which say that the customer has died", source: "choice: 19"),
        CoreParameter(
            "care.topics", ["care", "birthday", "anniversary", "festival"], "", .texts,
            "contacts of ours about these topics are care messages, like follow-ups of kind care",
            source: "choice: 19"),
    ]
}
