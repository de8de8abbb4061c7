public import Events
import Projection
import Views

/// What an act by hand changes in the views: known before it, and known with it, at one moment.
public struct ActEffect: Sendable, Equatable {
    /// Other customers who have another value of a field, since ranks and shares depend on everybody.
    public struct Moved: Sendable, Equatable {
        /// The dotted path.
        public let field: String
        /// How many customers.
        public let customers: Int
        /// The first of them by id, from which value to which: `[{customer, from, to}]`.
        public let named: [JSONValue]
    }

    /// Where the act stands; nil where nothing was written.
    public let position: UInt64?
    /// What changes for the customers that the act is about: `[{customer, field, from, to}]`, null where the
    /// customer does not answer.
    public let changes: [JSONValue]
    /// What changes for others, in words (tiers, stages, bands) and whole numbers (ranks, scores).
    public let others: [Moved]
    /// How many customers were folded again to know it: those whose facts the act changes.
    public let foldedAgain: Int

    /// So many other customers are named for each field.
    public static let namedOthers = 50

    /// The effect as an answer: `{position, changes, others [{field, customers, named [{customer, from, to}]}],
    /// folded_again}`.
    public var answer: JSONValue {
        let others = others.map { moved -> JSONValue in
            [
                "field": .string(moved.field), "customers": .number(Double(moved.customers)),
                "named": .array(moved.named),
            ]
        }
        return [
            "position": position.map { .number(Double($0)) } ?? .null, "changes": .array(changes),
            "others": .array(others), "folded_again": .number(Double(foldedAgain)),
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
        let models = try chosen(nil)
        let refolding = try lane.refold(
            from: before, to: after, catalogue: catalogue.closure(of: models.map(\.name)))
        let difference = BaseDifference(
            old: refolding.before, new: refolding.after, models: models,
            named: try lane.customers(changedBy: act),
            lookups: (
                LedgerLookup(log: log, lane: lane, known: before.factsKnown, watch: watch),
                LedgerLookup(log: log, lane: lane, known: after.factsKnown, watch: watch)
            ))
        let found = try difference.found(workers: lane.workers)
        return ActEffect(
            position: isWritten ? act : nil, changes: found.changes, others: found.others,
            foldedAgain: refolding.again.customers)
    }
}
