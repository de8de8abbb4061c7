public import Events
public import Projection

extension ServiceModel {
    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule(
            "level",
            "How you are served: personal, standard or basic. The first rule of our table that fits decides.",
            source: "DOMAIN.md 25", parameters: ["service.rules"]),
        FieldRule("rule", "The name of that rule.", source: "DOMAIN.md 25", parameters: ["service.rules"]),
        FieldRule(
            "owner", "Who looks after customers to whom that rule applies.", source: "DOMAIN.md 25",
            parameters: ["service.rules"]),
        FieldRule(
            "automatic_share",
            "Of our messages to you and replies to your complaints in the window the share that a program wrote.",
            source: "DOMAIN.md 25", parameters: ["interaction.window_days"]),
        FieldRule(
            "cadence_days", "After how many days without talking to you we get in touch.",
            source: "DOMAIN.md 25",
            parameters: [
                "service.rules", "service.cadence_days.personal", "service.cadence_days.standard",
                "service.cadence_days.basic",
            ]),
        FieldRule(
            "respond_minutes", "Within how many minutes in opening hours somebody is to reply to you.",
            source: "DOMAIN.md 25", parameters: ["service.rules"]),
        FieldRule(
            "resolve_minutes", "Within how many minutes of work your matter is to be settled.",
            source: "DOMAIN.md 25", parameters: ["service.rules"]),
        FieldRule(
            "strategy", "What we have resolved to do.", source: "DOMAIN.md 25", parameters: ["service.rules"]),
    ]

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let measure = base.run(of: Self.self).measures[index]
        let rule = base.shared(ServiceAssigner.init).rule(index)
        return [
            "level": .string(rule?.level ?? "basic"),
            "rule": rule.map { .string($0.name) } ?? nil,
            "owner": rule?.owner.map { .string($0) } ?? nil,
            "automatic_share": Answer.share(measure.automatic, of: measure.answers),
            "cadence_days": rule?.cadenceDays.map { Answer.count($0) } ?? nil,
            "respond_minutes": rule?.respondMinutes.map { Answer.count($0) } ?? nil,
            "resolve_minutes": rule?.resolveMinutes.map { Answer.count($0) } ?? nil,
            "strategy": rule?.strategy.map { .string($0) } ?? nil,
        ]
    }

    /// The population report: how many customers are served how, and by which rule.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let assigner = base.shared(ServiceAssigner.init)
        var levels: [String: Int] = [:]
        for level in ServiceRules.levels { levels[level] = 0 }
        var rules: [String: Int] = [:]
        var sums = (answers: 0, automatic: 0)
        for (index, measure) in base.measures(Self.self).enumerated() {
            let rule = assigner.rule(index)
            levels[rule?.level ?? "basic", default: 0] += 1
            rules[rule?.name ?? "none", default: 0] += 1
            sums.answers += Int(measure.answers)
            sums.automatic += Int(measure.automatic)
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "levels": Answer.counts(levels), "rules": Answer.counts(rules),
            "automatic_share": Answer.share(sums.automatic, of: sums.answers),
        ]
    }
}
