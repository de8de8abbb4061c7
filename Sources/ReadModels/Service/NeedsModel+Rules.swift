public import Projection

extension NeedsModel {
    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule("open", "How many of your needs are not met yet.", source: "DOMAIN.md 24"),
        FieldRule("met", "How many of your needs were met.", source: "DOMAIN.md 24"),
        FieldRule(
            "most_urgent",
            "Of the needs that are not met the one whose turn it is first: by severity, and by the part of the "
                + "promised time that has passed in opening hours. It is due when you said, otherwise when the "
                + "promised time is over.",
            source: "DOMAIN.md 10 and 24",
            parameters: [
                "needs.meet_minutes", "needs.targets", "priority.urgency.low", "priority.urgency.normal",
                "priority.urgency.high", "priority.urgency.critical", "business.hours",
            ]),
        FieldRule(
            "told_share", "Of the needs that were met the share of which you were told so.",
            source: "DOMAIN.md 25"),
        FieldRule(
            "untold", "The needs that were met more than one business day ago without your being told.",
            source: "DOMAIN.md 25", parameters: ["business.hours"]),
    ]
}
