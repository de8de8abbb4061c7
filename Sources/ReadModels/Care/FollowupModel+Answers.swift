public import Events
public import Projection

extension FollowupModel {
    private static let cadence = [
        "service.rules", "service.cadence_days.personal", "service.cadence_days.standard",
        "service.cadence_days.basic", "followup.two_way_channels",
    ]

    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule(
            "next_due_on",
            "When somebody is to turn to you: on the day planned; without a plan so long after our last talk as your "
                + "service level says.", source: "DOMAIN.md 25", parameters: cadence),
        FieldRule(
            "overdue_days", "How many days that day is over.", source: "DOMAIN.md 25", parameters: cadence),
        FieldRule(
            "last_on", "When we last talked, or somebody followed up.", source: "DOMAIN.md 25",
            parameters: ["followup.two_way_channels"]),
        FieldRule(
            "on_time_share", "Of the plans that were done or are overdue the share that was done in time.",
            source: "DOMAIN.md 25"),
        FieldRule(
            "owner", "Who is to do it: whoever the plan names, otherwise who looks after you.",
            source: "DOMAIN.md 25"),
        FieldRule(
            "blocked_by", "Why we leave you alone although it is due.", source: "DOMAIN.md 19 and 25",
            parameters: ["care.consent_purposes", "care.deceased_codes", "care.topics", "care.quiet_days"]),
    ]

    /// The day on which somebody is to turn to a customer; nil for never.
    static func due(_ measure: Measure, _ rule: ServiceRules.Rule?) -> Int32? {
        if measure.state.planned != .min { return measure.state.planned }
        guard measure.last != .min, let days = rule?.cadenceDays else { return nil }
        return measure.last + Int32(days)
    }

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let measure = base.run(of: Self.self).measures[index]
        let state = measure.state
        let due = due(measure, base.shared(ServiceAssigner.init).rule(index))
        let owner = state.planned != .min && state.planOwner != 0 ? state.planOwner : state.owner
        return [
            "next_due_on": Answer.day(due),
            "overdue_days": due.map { Answer.count(max(0, base.context.clock.day - $0)) } ?? nil,
            "last_on": Answer.day(measure.last == .min ? nil : measure.last),
            "on_time_share": Answer.share(state.onTime, of: state.done + measure.overdue),
            "owner": base.context.text(of: owner).map { .string($0) } ?? nil,
            "blocked_by": CarePlanner(base).block(index).map { .string($0) } ?? nil,
        ]
    }

    /// The population report: what is due, what is overdue, and how it is kept, by owner.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let assigner = base.shared(ServiceAssigner.init)
        let today = base.context.clock.day
        var owners: [String: Figures] = [:]
        var whole = Figures()
        for (index, measure) in base.measures(Self.self).enumerated() {
            let state = measure.state
            let owner = state.planned != .min && state.planOwner != 0 ? state.planOwner : state.owner
            var figures = Figures()
            if let due = due(measure, assigner.rule(index)) {
                figures.overdue = due < today ? 1 : 0
                figures.dueInWeek = due >= today && due <= today + 7 ? 1 : 0
            }
            figures.onTime = Int(state.onTime)
            figures.decided = Int(state.done + measure.overdue)
            whole.add(figures)
            owners[base.context.text(of: owner) ?? "none", default: Figures()].add(figures)
        }
        var report = JSONObject([
            ("n", Answer.count(base.count)), ("small_population", .bool(base.isSmall(base.count))),
        ])
        for member in whole.described { report[member.name] = member.value }
        report["owners"] = .object(
            JSONObject(owners.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value.described)) }))
        return .object(report)
    }

    private struct Figures {
        var overdue = 0
        var dueInWeek = 0
        var onTime = 0
        var decided = 0

        mutating func add(_ other: Figures) {
            overdue += other.overdue
            dueInWeek += other.dueInWeek
            onTime += other.onTime
            decided += other.decided
        }

        var described: JSONObject {
            JSONObject([
                ("overdue", Answer.count(overdue)), ("due_in_7_days", Answer.count(dueInWeek)),
                ("on_time_share", Answer.share(onTime, of: decided)),
            ])
        }
    }
}
