public import Events
public import Projection

extension NeedsModel {
    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        run.measures.reduce(into: Population(raised: 0, open: 0)) { sums, measure in
            sums.raised += Int(measure.raised)
            sums.open += Int(measure.open)
        }
    }

    /// One customer's row, as in DOMAIN.md sections 25 and 26.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let run = base.run(of: Self.self)
        let state = run.measures[index]
        let book = run.projector.book
        var untold: [JSONValue] = []
        for need in book.cases[index] where book.isUntold(need) {
            untold.append(try base.dataMember("need", at: need.opening))
        }
        return [
            "open": Answer.count(state.open),
            "met": Answer.count(state.met),
            "most_urgent": try mostUrgent(index, of: base),
            "told_share": Answer.share(state.told, of: state.met),
            "untold": .array(untold),
        ]
    }

    /// How many working minutes a need may take, by its own word or by the policy's.
    static func target(of need: NeedCase, _ projector: Self, tier: String) -> Int64 {
        need.target(projector.targets.minutes("meet", severity: need.severity, tier: tier))
    }

    private static func mostUrgent(_ index: Int, of base: Base) throws -> JSONValue {
        let projector = base.run(of: Self.self).projector
        let open = projector.book.cases[index].filter(\.isOpen)
        guard !open.isEmpty else { return nil }
        let tier = ValueTiers(base).tier(index)
        let rule = projector.urgency
        let ranked = open.map { need in
            let target = target(of: need, projector, tier: tier)
            let elapsed = need.businessMinutes(to: projector.book.now)
            let urgency = rule.urgency(severity: need.severity, elapsed: elapsed, target: target)
            return (need: need, target: target, urgency: urgency.rounded12, left: target - elapsed)
        }
        let first = ranked.min { left, right in
            if left.urgency != right.urgency { return left.urgency > right.urgency }
            if left.left != right.left { return left.left < right.left }
            if left.need.name != right.need.name { return left.need.name < right.need.name }
            return left.need.opening < right.need.opening
        }
        guard let first else { return nil }
        var clock = projector.book.clock
        let due =
            first.need.dueBy?.moment
            ?? clock.moment(of: first.need.opened.reading + first.target * 60_000_000)
        return [
            "need": try base.dataMember("need", at: first.need.opening),
            "severity": .string(CorePolicy.severities[first.need.severity]),
            "due_at": due.map { .string(Instant(microseconds: $0).description) } ?? nil,
        ]
    }

    /// The population report: needs and how long it takes to meet them, by category. What is still open counts with
    /// the time so far.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let projector = base.run(of: Self.self).projector
        var whole = NeedFigures()
        var categories: [UInt32: NeedFigures] = [:]
        let tiers = ValueTiers(base)
        for index in 0..<base.count where !projector.book.cases[index].isEmpty {
            let tier = tiers.tier(index)
            for need in projector.book.cases[index] {
                let target = target(of: need, projector, tier: tier)
                whole.add(need, target: target, now: projector.book.now)
                categories[need.category, default: NeedFigures()].add(
                    need, target: target, now: projector.book.now)
            }
        }
        let codes = base.context.codes
        var named = JSONObject()
        for (code, figures) in categories.sorted(by: { codes[Int($0.key)] < codes[Int($1.key)] }) {
            named[base.context.text(of: code) ?? "other"] = .object(figures.described)
        }
        var report = JSONObject([
            ("n", Answer.count(base.count)), ("small_population", .bool(base.isSmall(base.count))),
        ])
        for member in whole.described { report[member.name] = member.value }
        report["categories"] = .object(named)
        return .object(report)
    }
}

/// What the report says of some needs.
private struct NeedFigures {
    private var raised = 0
    private var open = 0
    private var late = 0
    private var told = 0
    private var durations = Durations()

    mutating func add(_ need: NeedCase, target: Int64, now: ClockMark) {
        let end = need.met ?? now
        raised += 1
        if need.isOpen { open += 1 } else if need.isTold { told += 1 }
        if need.businessMinutes(to: end) > target { late += 1 }
        durations.add(calendar: need.calendarMinutes(to: end), business: need.businessMinutes(to: end))
    }

    var described: JSONObject {
        JSONObject([
            ("raised", Answer.count(raised)), ("open", Answer.count(open)),
            ("met", Answer.count(raised - open)), ("breach_rate", Answer.share(late, of: raised)),
            ("time_to_meet", durations.figures), ("told_share", Answer.share(told, of: raised - open)),
        ])
    }
}
