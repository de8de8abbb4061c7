public import Events
import Projection
import Views

extension Ledger {
    /// Who changed between two points, and why: `[{customer, field, from, to, cause, events}]`, by customer and
    /// field.
    ///
    /// The way from one point to the other is walked in steps that change one thing each, and a difference is
    /// put down to the step that last made one: the policy; the clock alone (`time`); events that had happened
    /// before the first point but were recorded after it (`late_knowledge`); voids, corrections, merges and splits
    /// (`correction`); events between the two points (`event`). `events` are the positions of the customer's own
    /// events of that kind; none where others' events moved a rank.
    public func compare(
        from: Question, to: Question, _ query: ComparisonQuery
    ) async throws(LedgerError) -> [JSONValue] {
        try asking {
            let (start, end) = (try resolve(from), try resolve(to))
            let comparison = Comparison(start: start, end: end)
            var tables: [ComparedTable] = []
            for step in comparison.steps {
                tables.append(try table(at: step.point, query.fields))
            }
            let kinds = try lane.changedFacts(from: start.fold, to: end.fold)
            var changes: [JSONValue] = []
            let customers = Set(tables[0].rows.keys).union(tables[tables.count - 1].rows.keys)
            for customer in customers.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                changes += Self.changes(of: customer, tables, comparison, kinds[customer] ?? ChangedFacts())
                if let limit = query.limit, changes.count >= limit { return Array(changes.prefix(limit)) }
            }
            return changes
        }
    }

    private func table(at point: FoldPoint, _ fields: [String]?) throws -> ComparedTable {
        let names = Set((fields ?? []).map { $0.split(separator: ".").first.map(String.init) ?? $0 })
        let models = try chosen(fields == nil ? nil : Array(names))
        let base = try everybody(at: point, models, names: true)
        var table = ComparedTable()
        for index in 0..<base.count {
            var values: [String: JSONValue] = [:]
            for model in models {
                let row = try model.row(index, base)
                if let fields {
                    for field in fields where field == model.name || field.hasPrefix(model.name + ".") {
                        let rest = field.dropFirst(model.name.count + 1)
                        values[field] = rest.isEmpty ? row : row.value(at: String(rest)) ?? .null
                    }
                } else {
                    ComparedTable.addWords(of: row, at: model.name, to: &values)
                }
            }
            table.rows[base.names[index]] = values
        }
        return table
    }

    private static func changes(
        of customer: String, _ tables: [ComparedTable], _ comparison: Comparison, _ facts: ChangedFacts
    ) -> [JSONValue] {
        let (first, last) = (tables[0].rows[customer] ?? [:], tables[tables.count - 1].rows[customer] ?? [:])
        var changes: [JSONValue] = []
        for field in Set(first.keys).union(last.keys).sorted() {
            let (from, to) = (first[field] ?? .null, last[field] ?? .null)
            guard from != to else { continue }
            // The last step that made a difference is the one that brought the final value about.
            let step = tables.indices.dropFirst().last { index in
                (tables[index].rows[customer]?[field] ?? .null)
                    != (tables[index - 1].rows[customer]?[field] ?? .null)
            }
            let cause = comparison.steps[step ?? 0].cause
            changes.append(
                [
                    "customer": .string(customer), "field": .string(field), "from": from, "to": to,
                    "cause": .string(cause.rawValue),
                    "events": .array(facts.positions(of: cause).map { .number(Double($0)) }),
                ])
        }
        return changes
    }
}

/// The steps from one point to another.
struct Comparison {
    /// What a step changes.
    enum Cause: String {
        case none
        case time
        case event
        case lateKnowledge = "late_knowledge"
        case correction
        case policy
    }

    struct Step {
        let cause: Cause
        let point: FoldPoint
    }

    let steps: [Step]

    /// Policy first, then the clock, then what was learned of the time before, then what happened since.
    ///
    /// Facts are never later than the clock: a step back in time takes the events away before it turns the
    /// clock back.
    init(start: ResolvedPoint, end: ResolvedPoint) {
        let isForward = start.fold.clock.instant <= end.fold.clock.instant
        var point = start.fold
        var steps = [Step(cause: .none, point: point)]
        func take(_ cause: Cause, _ change: (inout FoldPoint) -> Void) {
            change(&point)
            steps.append(Step(cause: cause, point: point))
        }
        take(.policy) { $0.rules = end.fold.rules }
        if isForward { take(.time) { $0.clock = end.fold.clock } }
        if !isForward { take(.event) { $0.until = end.fold.until } }
        take(.lateKnowledge) { $0.factsKnown = end.fold.factsKnown }
        take(.correction) { $0.actsKnown = end.fold.actsKnown }
        if isForward { take(.event) { $0.until = end.fold.until } }
        if !isForward { take(.time) { $0.clock = end.fold.clock } }
        self.steps = steps
    }
}

/// The values of all customers at one step.
struct ComparedTable {
    var rows: [String: [String: JSONValue]] = [:]

    /// Adds what a row says in words: tiers, stages, bands. Days, moments and amounts of money are no words,
    /// they change with every event.
    static func addWords(of value: JSONValue, at path: String, to values: inout [String: JSONValue]) {
        guard case .object(let object) = value else {
            if case .string(let text) = value, isWord(text) { values[path] = value }
            return
        }
        guard object["currency"] == nil else { return }
        for member in object { addWords(of: member.value, at: "\(path).\(member.name)", to: &values) }
    }

    private static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) && first != UInt8(ascii: "-")
    }
}

extension ChangedFacts {
    /// The positions of the events that a cause can have moved.
    func positions(of cause: Comparison.Cause) -> [UInt64] {
        switch cause {
        case .event: events
        case .lateKnowledge: late
        case .correction: acts
        case .none, .time, .policy: []
        }
    }
}
