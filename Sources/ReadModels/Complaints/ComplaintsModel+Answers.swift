public import Events
public import Projection

extension ComplaintsModel {
    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        var sums = Population(opened: 0, open: 0, resolved: 0, reopened: 0)
        for measure in run.measures {
            sums.opened += Int(measure.state.opened)
            sums.open += Int(measure.state.open)
            sums.resolved += Int(measure.state.resolved)
            sums.reopened += Int(measure.state.reopened)
        }
        return sums
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let state = base.run(of: Self.self).measures[index].state
        let book = base.run(of: Self.self).projector.book
        let judge = base.shared(ComplaintJudge.init)
        var responses = Durations()
        var resolutions = Durations()
        var untold: [JSONValue] = []
        for complaint in judge.cases(index) {
            if let reply = complaint.responded {
                responses.add(
                    calendar: complaint.calendarMinutes(to: reply),
                    business: complaint.businessMinutes(to: reply))
            }
            guard let end = complaint.outcome else { continue }
            resolutions.add(
                calendar: complaint.calendarMinutes(to: end),
                business: complaint.handlingMinutes(now: book.now))
            if book.isUntold(complaint) {
                untold.append(try base.dataMember("complaint", at: complaint.opening))
            }
        }
        return [
            "opened": Answer.count(state.opened),
            "open": Answer.count(state.open),
            "resolved": Answer.count(state.resolved),
            "reopened": Answer.count(state.reopened),
            "breached": Answer.count(judge.breachedCount(index)),
            "first_response": responses.medians,
            "resolution": resolutions.medians,
            "told_share": Answer.share(state.told, of: state.answered),
            "untold": .array(untold),
        ]
    }

    /// The population report, as in DOMAIN.md section 26. Durations of what is still open are as long as they are
    /// so far: otherwise closing the easy ones would improve them.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let sums = base.population(Self.self)
        var figures = ComplaintFigures(base)
        for index in 0..<base.count { figures.add(index) }
        let purchases = base.measures(ValueModel.self).reduce(0) { $0 + Int($1.state.purchases) }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "opened": Answer.count(sums.opened),
            "open": Answer.count(sums.open),
            "reopen_rate": Answer.share(sums.reopened, of: sums.resolved),
            "breach_rate": Answer.share(figures.breached, of: sums.opened),
            "breaches": [
                "acknowledge": Answer.count(figures.late.acknowledge),
                "respond": Answer.count(figures.late.respond),
                "resolve": Answer.count(figures.late.resolve),
            ],
            "acknowledgement": figures.acknowledgements.figures,
            "first_response": figures.responses.figures,
            "resolution": figures.resolutions.figures,
            "ageing": figures.ageing,
            "per_1000_purchases": purchases == 0
                ? nil : Answer.number(Double(sums.opened) * 1_000 / Double(purchases)),
            "told_share": Answer.share(figures.told, of: figures.answered),
        ]
    }
}

/// What the report says of all complaints of a base.
private struct ComplaintFigures {
    private let judge: ComplaintJudge
    private let now: ClockMark
    private(set) var breached = 0
    private(set) var late = (acknowledge: 0, respond: 0, resolve: 0)
    private(set) var acknowledgements = Durations()
    private(set) var responses = Durations()
    private(set) var resolutions = Durations()
    private(set) var answered = 0
    private(set) var told = 0
    /// How many open complaints are so old, by `ages`.
    private var counts = Array(repeating: 0, count: Self.ages.count)

    /// Classes of the age of open complaints, by the days at which they end.
    private static let ages: [(name: String, days: Int64)] = [
        ("under_1_day", 1), ("1_to_3_days", 3), ("3_to_7_days", 7), ("7_to_30_days", 30),
        ("over_30_days", .max),
    ]

    init(_ base: Base) {
        judge = base.shared(ComplaintJudge.init)
        now = base.run(of: ComplaintsModel.self).projector.book.now
    }

    mutating func add(_ index: Int) {
        let cases = judge.cases(index)
        guard !cases.isEmpty else { return }
        let tier = judge.tier(index)
        for complaint in cases { add(complaint, tier) }
    }

    private mutating func add(_ complaint: ComplaintCase, _ tier: String) {
        let breaches = judge.breaches(complaint, tier: tier)
        if breaches.isBreach { breached += 1 }
        if breaches.contains(.acknowledge) { late.acknowledge += 1 }
        if breaches.contains(.respond) { late.respond += 1 }
        if breaches.contains(.resolve) { late.resolve += 1 }
        add(complaint, to: complaint.acknowledged, in: &acknowledgements)
        add(complaint, to: complaint.responded, in: &responses)
        // What was closed without a resolution has none, and will have none: it is not censored either.
        if complaint.isOpen || complaint.outcome != nil {
            let end = complaint.isOpen ? now : complaint.lastResolved ?? now
            resolutions.add(
                calendar: complaint.calendarMinutes(to: end), business: complaint.handlingMinutes(now: now))
        }
        if complaint.outcome != nil {
            answered += 1
            if complaint.isTold { told += 1 }
        }
        if complaint.isOpen {
            let days = complaint.calendarMinutes(to: now) / 1_440
            counts[Self.ages.firstIndex { days < $0.days } ?? Self.ages.count - 1] += 1
        }
    }

    /// A duration to a mark; of an open complaint without one the time so far.
    private func add(
        _ complaint: ComplaintCase, to mark: ClockMark?, in durations: inout Durations
    ) {
        guard let end = mark ?? (complaint.isOpen ? now : nil) else { return }
        durations.add(
            calendar: complaint.calendarMinutes(to: end), business: complaint.businessMinutes(to: end))
    }

    var ageing: JSONValue {
        .object(JSONObject(zip(Self.ages, counts).map { ($0.name, Answer.count($1)) }))
    }
}
