public import Events
import Projection
import Views

/// What an act by hand changes in the views: known before it, and known with it, at one moment.
public struct ActEffect: Sendable, Equatable {
    /// How many other customers have another value of a field, since ranks and shares depend on everybody.
    public struct Moved: Sendable, Equatable {
        /// The dotted path.
        public let field: String
        /// How many customers.
        public let customers: Int
    }

    /// Where the act stands; nil where nothing was written.
    public let position: UInt64?
    /// What changes for the customers that the act is about: `[{customer, field, from, to}]`, null where the
    /// customer does not answer.
    public let changes: [JSONValue]
    /// What changes for others, in words: tiers, stages, bands.
    public let others: [Moved]

    /// The effect as an answer: `{position, changes, others [{field, customers}]}`.
    public var answer: JSONValue {
        let others = others.map { moved -> JSONValue in
            ["field": .string(moved.field), "customers": .number(Double(moved.customers))]
        }
        return [
            "position": position.map { .number(Double($0)) } ?? .null, "changes": .array(changes),
            "others": .array(others),
        ]
    }
}

extension Ledger {
    /// What the act at a position changes, or would change: `lane` has it, whether or not it is in the log.
    func effect(of act: UInt64, in lane: Views, isWritten: Bool) throws -> ActEffect {
        let point = try resolve(Question(knownAt: .position(act)))
        let before = point.fold
        let after = FoldPoint(
            known: act + 1, clock: before.clock, rules: try lane.rules(known: act + 1, clock: before.clock))
        let named = try lane.customers(changedBy: act)
        let (old, new) = (
            try values(at: before, in: lane, wholeFor: named),
            try values(at: after, in: lane, wholeFor: named)
        )
        var changes: [JSONValue] = []
        var moved: [String: Int] = [:]
        for customer in Set(old.keys).union(new.keys).sorted(by: {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }) {
            let (from, to) = (old[customer] ?? [:], new[customer] ?? [:])
            for field in Set(from.keys).union(to.keys).sorted() {
                let values = (from[field] ?? .null, to[field] ?? .null)
                guard values.0 != values.1 else { continue }
                guard named.contains(customer) else {
                    moved[field, default: 0] += 1
                    continue
                }
                changes.append([
                    "customer": .string(customer), "field": .string(field), "from": values.0, "to": values.1,
                ])
            }
        }
        let others = moved.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { ActEffect.Moved(field: $0.key, customers: $0.value) }
        return ActEffect(position: isWritten ? act : nil, changes: changes, others: others)
    }

    /// By customer, the values of all views: of those named everything, of others what is said in words.
    private func values(
        at point: FoldPoint, in lane: Views, wholeFor named: Set<String>
    ) throws -> [String: [String: JSONValue]] {
        let models = try chosen(nil)
        var base = try lane.everybody(
            at: point, catalogue: catalogue.closure(of: models.map(\.name)), names: true)
        base.lookup = LedgerLookup(log: log, lane: lane, known: point.factsKnown)
        var all: [String: [String: JSONValue]] = [:]
        for index in 0..<base.count {
            let customer = base.names[index]
            var values: [String: JSONValue] = [:]
            for model in models {
                let row = try model.row(index, base)
                if named.contains(customer) {
                    Self.addLeaves(of: row, at: model.name, to: &values)
                } else {
                    WordTable.addWords(of: row, at: model.name) { values[$0] = $1 }
                }
            }
            all[customer] = values
        }
        return all
    }

    private static func addLeaves(
        of value: JSONValue, at path: String, to values: inout [String: JSONValue]
    ) {
        if case .object(let object) = value, object["currency"] == nil {
            for member in object { addLeaves(of: member.value, at: "\(path).\(member.name)", to: &values) }
        } else {
            values[path] = value
        }
    }
}
