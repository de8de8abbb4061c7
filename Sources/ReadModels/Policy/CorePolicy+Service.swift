import Events

extension CorePolicy {
    /// How customers are served, and how often somebody turns to them.
    static let service: [CoreParameter] = [
        CoreParameter(
            "service.rules", standardRules, "",
            .structure("a table of rules with name and level", serviceTable),
            "how customers are served: the first row whose tier, stage, position, segment and need fit",
            source: "choice: 25"),
        cadence("personal", 30), cadence("standard", 90), cadence("basic", 180),
        CoreParameter(
            "followup.two_way_channels", ["phone", "chat", "store", "visit", "fair"], "", .texts,
            "channels on which a message of ours is a talk; messages of the customer always are",
            source: "choice: 25"),
        CoreParameter(
            "agents.least_answers", 10, "answers", .whole(1...1_000),
            "nothing that judges a person by fewer is shown: it would say more of chance",
            source: "25"),
        CoreParameter(
            "activities.training_kinds", ["training", "online_course"], "", .texts,
            "activities that are training", source: "choice: 25"),
        CoreParameter(
            "activities.need_days", 90, "days", .whole(1...730),
            "days before and after a training in which needs are counted", source: "25"),
    ]

    private static func cadence(_ level: String, _ days: Int) -> CoreParameter {
        CoreParameter(
            "service.cadence_days.\(level)", .number(Double(days)), "days", .wholeOrNull(1...3_650),
            "after how many days to follow up at level \(level), where the rule says nothing else; null for never",
            source: "choice: 25")
    }

    private static let standardRules: JSONValue = [
        [
            "name": "key_customers", "tier": ["A"], "level": "personal", "owner": "account_manager",
            "respond": 120, "resolve": 720,
            "strategy": "One person knows them, calls before they have to ask, and decides on the spot.",
        ],
        [
            "name": "technical_help", "need": ["technical_support"], "level": "standard",
            "owner": "technician",
            "respond": 240, "resolve": 1440, "strategy": "Help first, by somebody who can.",
        ],
        [
            "name": "leaving", "tier": ["B"], "stage": ["dormant", "churned"], "level": "standard",
            "owner": "win_back", "strategy": "Ask why they stay away before offering anything.",
        ],
        [
            "name": "regular_customers", "tier": ["B"], "level": "standard", "owner": "service_team",
            "respond": 240, "resolve": 1440, "strategy": "Reliable answers within a day.",
        ],
        [
            "name": "everybody", "level": "basic", "owner": "service_team", "respond": 240, "resolve": 1440,
            "strategy": "Good answers that help themselves and others.",
        ],
    ]

    @Sendable
    private static func serviceTable(_ value: JSONValue) -> String? {
        TableCheck(
            members: [
                ("name", .text), ("tier", .oneOrMore(["A", "B", "C", "none"])), ("stage", .texts),
                ("position", .texts), ("segment", .texts), ("need", .texts),
                ("level", .oneOf(ServiceRules.levels)), ("owner", .text),
                ("cadence_days", .wholeOrNull), ("respond", .whole), ("resolve", .whole), ("strategy", .text),
            ], required: ["name", "level"]
        ).expectation(violatedBy: value)
    }
}
