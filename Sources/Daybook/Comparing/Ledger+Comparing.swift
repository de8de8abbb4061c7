public import Events
import Projection
import Views

extension Ledger {
    /// Who changed between two points, and why: `[{customer, field, from, to, cause, events, by_others}]`, by
    /// customer and field.
    ///
    /// The way from one point to the other is walked in steps that change one thing each, and a difference is
    /// put down to the step that last made one: the policy; the clock alone (`time`); events that had happened
    /// before the first point but were recorded after it (`late_knowledge`); voids, corrections, merges and splits
    /// (`correction`); events between the two points (`event`).
    ///
    /// `events` are the positions of the customer's own events of that kind. `by_others` says that the step would
    /// not have moved the value while everybody else stayed as they were: a rank or a share moved, and no event
    /// of the customer's own did it, so `events` is empty.
    public func compare(
        from: Question, to: Question, _ query: ComparisonQuery
    ) async throws(LedgerError) -> [JSONValue] {
        try asking {
            let (start, end) = (try resolve(from), try resolve(to))
            let fields = query.fields.map(WordTable.Fields.paths) ?? .words
            let tracker = try walk(from: start.fold, to: end.fold, fields)
            let kinds = try lane.changedFacts(from: start.fold, to: end.fold)
            return tracker.changes.prefix(query.limit ?? .max).map { change in
                let facts = kinds[change.place.customer] ?? ChangedFacts()
                return change.answer(
                    events: change.mark.isByOthers ? [] : facts.positions(of: change.mark.cause))
            }
        }
    }

    /// Walks from one point to another over the values of some fields.
    func walk(from start: FoldPoint, to end: FoldPoint, _ fields: WordTable.Fields) throws -> ChangeTracker {
        let models = try models(of: fields)
        var walk = FieldWalk(ledger: self, models: models, fields: fields)
        let steps = Comparison(from: start, to: end).steps
        var tracker = ChangeTracker(try walk.begin(at: steps[0].point))
        for step in steps.dropFirst() {
            try walk.go(to: step.point, cause: step.cause, &tracker)
        }
        return tracker
    }

    /// The views that some fields are of.
    func models(of fields: WordTable.Fields) throws -> [RegisteredReadModel] {
        switch fields {
        case .words: return try chosen(nil)
        case .headlines: return try chosen(nil).filter { !$0.headline.isEmpty }
        case .paths(let paths):
            for path in paths { try Self.check(path, in: catalogue) }
            return try chosen(Array(Set(paths.map(Self.viewName))))
        }
    }
}

extension ChangeTracker.Change {
    /// The change as answers have it.
    func answer(events: [UInt64]) -> JSONValue {
        [
            "customer": .string(place.customer), "field": .string(place.field), "from": from, "to": to,
            "cause": .string(mark.cause.rawValue), "events": .array(events.map { .number(Double($0)) }),
            "by_others": .bool(mark.isByOthers),
        ]
    }
}

/// Makes the tables of a walk, and tells whether others moved a value.
struct FieldWalk {
    let ledger: Ledger
    let models: [RegisteredReadModel]
    let fields: WordTable.Fields
    /// Whether rows may look up what is personal or long.
    let looksUp: Bool
    /// The base of the point where the walk stands.
    private(set) var base: Base?

    init(
        ledger: Ledger, models: [RegisteredReadModel], fields: WordTable.Fields, looksUp: Bool = true
    ) {
        self.looksUp = looksUp
        self.ledger = ledger
        self.models = models
        self.fields = fields
    }

    mutating func begin(at point: FoldPoint) throws -> WordTable {
        let base = try everybody(at: point)
        self.base = base
        return try table(of: base)
    }

    mutating func go(to point: FoldPoint, cause: Comparison.Cause, _ tracker: inout ChangeTracker) throws {
        let next = try everybody(at: point)
        // The customers as they are at the next point among all others as they were before.
        var alone = next
        if let base {
            for model in ledger.catalogue {
                if let population = base.population(named: model.name) {
                    alone.set(population, for: model.name)
                }
            }
        }
        try tracker.step(to: try table(of: next), cause: cause) { row, field, before in
            try Self.value(of: field, row, alone, models) == before
        }
        base = next
    }

    private func everybody(at point: FoldPoint) throws -> Base {
        var base = try ledger.everybody(at: point, models, names: true)
        // What rows look up is personal or long, and no word: it is read only where a field was asked for.
        if looksUp, case .paths = fields { return base }
        base.lookup = nil
        return base
    }

    private func table(of base: Base) throws -> WordTable {
        try WordTable(of: base, models: models, fields: fields, workers: ledger.lane.workers)
    }

    /// One field of one customer.
    static func value(
        of field: String, _ row: Int, _ base: Base, _ models: [RegisteredReadModel]
    ) throws -> JSONValue {
        let name = Ledger.viewName(field)
        guard let model = models.first(where: { $0.name == name }) else { return .null }
        let rest = field.dropFirst(name.count + 1)
        let value = try model.row(row, base)
        return rest.isEmpty ? value : value.value(at: String(rest)) ?? .null
    }
}
