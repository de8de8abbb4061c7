public import Projection

extension ComplaintsModel {
    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule("opened", "How many complaints you made.", source: "DOMAIN.md 9"),
        FieldRule(
            "open",
            "How many of them we still work on, or wait for your answer to. One that was resolved and "
                + "opened again is open.", source: "DOMAIN.md 9"),
        FieldRule("resolved", "How many of them were resolved at least once.", source: "DOMAIN.md 9"),
        FieldRule("reopened", "How many of them were opened again after that.", source: "DOMAIN.md 9"),
        FieldRule(
            "breached",
            "How many of them took longer than we promise, to the first reply by a person or to the resolution, "
                + "counted in opening hours; for the resolution the time we waited for you is left out.",
            source: "DOMAIN.md 9",
            parameters: [
                "complaints.respond_minutes", "complaints.resolve_minutes", "complaints.targets",
                "business.hours", "business.weekdays", "business.calendar", "business.days_off",
                "business.workdays",
            ]),
        FieldRule(
            "first_response",
            "How many minutes it took until a person replied, by the calendar and in opening hours; of several "
                + "complaints the middle one. Automatic replies do not count.",
            source: "DOMAIN.md 9; ISO 10002:2018", parameters: ["business.hours", "business.weekdays"]),
        FieldRule(
            "resolution",
            "How many minutes it took until the last resolution, by the calendar; and how many minutes in opening "
                + "hours we worked on it, without waiting for you. Of several complaints the middle one.",
            source: "DOMAIN.md 9; ISO 10002:2018", parameters: ["business.hours", "business.weekdays"]),
        FieldRule(
            "told_share",
            "Of the resolved complaints the share whose outcome you were told: with the resolution, or since then by a "
                + "message or call about it.", source: "DOMAIN.md 25"),
        FieldRule(
            "untold",
            "The complaints that were resolved more than one business day ago without your being told.",
            source: "DOMAIN.md 25", parameters: ["business.hours"]),
    ]
}
