public import Events
public import Projection

extension FeedbackModel {
    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule(
            "received", "How many suggestions, praises and questions we had from you.", source: "DOMAIN.md 25"
        ),
        FieldRule("open", "How many of them nobody has answered yet.", source: "DOMAIN.md 25"),
        FieldRule("answered", "How many of them have an outcome.", source: "DOMAIN.md 25"),
        FieldRule(
            "told_share",
            "Of those with an outcome the share that you were told of: with the outcome, or by a message or call about "
                + "it.", source: "DOMAIN.md 25"),
        FieldRule(
            "untold", "What has had an outcome for more than one business day without your being told.",
            source: "DOMAIN.md 25", parameters: ["business.hours", "business.weekdays"]),
    ]

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        run.measures.reduce(into: Population(received: 0, open: 0, answered: 0, told: 0)) { sums, measure in
            sums.received += Int(measure.received)
            sums.open += Int(measure.open)
            sums.answered += Int(measure.answered)
            sums.told += Int(measure.told)
        }
    }

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let run = base.run(of: Self.self)
        let state = run.measures[index]
        let book = run.projector.book
        let untold = try book.cases[index].filter(book.isUntold).map {
            try base.dataMember("feedback", at: $0.opening)
        }
        return [
            "received": Answer.count(state.received), "open": Answer.count(state.open),
            "answered": Answer.count(state.answered),
            "told_share": Answer.share(state.told, of: state.answered), "untold": .array(untold),
        ]
    }

    /// The population report: what came in, what became of it, and who still does not know.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let sums = base.population(Self.self)
        let book = base.run(of: Self.self).projector.book
        var kinds: [String: Int] = [:]
        var outcomes: [String: Int] = [:]
        var untold: [JSONValue] = []
        for index in 0..<base.count {
            for item in book.cases[index] {
                kinds[base.context.text(of: item.kind) ?? "other", default: 0] += 1
                if item.outcome != nil {
                    outcomes[base.context.text(of: item.result) ?? "other", default: 0] += 1
                }
                guard book.isUntold(item) else { continue }
                untold.append([
                    "customer": try base.name(of: base.customers[index]).map { .string($0) } ?? nil,
                    "feedback": try base.dataMember("feedback", at: item.opening),
                    "answered_on": Answer.day(item.answeredOn),
                ])
            }
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "received": Answer.count(sums.received), "open": Answer.count(sums.open),
            "answered": Answer.count(sums.answered),
            "told_share": Answer.share(sums.told, of: sums.answered),
            "kinds": Answer.counts(kinds), "outcomes": Answer.counts(outcomes), "untold": .array(untold),
        ]
    }
}
