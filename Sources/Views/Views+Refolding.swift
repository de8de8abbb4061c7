import Events
public import Projection
import Synchronization

/// Everybody at two points, of which only those were folded twice whose facts the two points differ in.
public struct Refolding: Sendable {
    /// Everybody at the earlier point, populations included.
    public let before: Base
    /// Everybody at the later point, populations included.
    public let after: Base
    /// How many customers were folded a second time, for the later point.
    public let again: FoldCount
}

/// The customers at two points as they stood at the end of an earlier day: folded for both when the rows of one look
/// back.
private final class EarlierRefolding: Sendable {
    private let fold: @Sendable (LocalDay, String) throws -> Refolding
    private let kept = Mutex<[String: Refolding]>([:])

    init(fold: @escaping @Sendable (LocalDay, String) throws -> Refolding) { self.fold = fold }

    func refolding(atEndOf day: LocalDay, for view: String) throws -> Refolding {
        try kept.withLock { kept in
            let key = "\(view) \(day)"
            if let known = kept[key] { return known }
            let refolding = try fold(day, view)
            kept[key] = refolding
            return refolding
        }
    }
}

/// What was folded: how many customers, and how many facts of theirs.
public struct FoldCount: Sendable, Equatable {
    /// Customers, each as often as it was folded.
    public var customers = 0
    /// Facts handed to every projector.
    public var facts = 0

    /// Nothing yet.
    public init() {}
}

extension Views {
    /// Folds everybody at a point, and for a later one only those again whose facts differ: acts touch few customers.
    /// Populations are computed for both from the measures of everybody.
    ///
    /// The customers who do not change keep their states and measures: the facts of both points are the same, and so
    /// are clock, policy and reference data. Where these differ, everybody is folded twice.
    ///
    /// - Parameters:
    ///   - start: a point.
    ///   - end: a point of the same moment that knows more.
    public func refold(
        from start: FoldPoint, to end: FoldPoint, catalogue: [RegisteredReadModel]
    ) throws -> Refolding {
        let known = max(end.factsKnown, end.actsKnown)
        var (before, after, again) = try withSnapshot(covering: known) { snapshot in
            let segments = try snapshot.segments()
            let changed = try changedCustomers(from: start, to: end, segments, snapshot)
            let (first, second) = (try context(start, snapshot), try context(end, snapshot))
            let ranges = PointFold.ranges(
                segments, parts: workers, customerCount: snapshot.customerCount, apart: changed ?? [])
            let early = PointFold(scope: try scope(start, snapshot), layout: layout)
            let late = PointFold(scope: try scope(end, snapshot), layout: layout)
            let begin = { try catalogue.begin(first) }
            let beginAgain = { try catalogue.begin(second) }
            let pieces = try early.pieces(ranges.map(\.range), segments, begin: begin)
            let isKept = ranges.map { changed != nil && !$0.isApart }
            let repeated = try late.pieces(
                zip(ranges, isKept).filter { !$0.1 }.map(\.0.range), segments, begin: beginAgain)
            var rest = repeated[...]
            let joined = zip(pieces, isKept).map { $1 ? $0 : rest.removeFirst() }
            let again = repeated.reduce(into: FoldCount()) { $0.add($1.count) }
            count(pieces.reduce(into: again) { $0.add($1.count) })
            return (
                try base(PointFold.joined(pieces, into: try begin()), first, catalogue, snapshot),
                try base(PointFold.joined(joined, into: try beginAgain()), second, catalogue, snapshot), again
            )
        }
        let keys = (try populationKeys(start, catalogue), try populationKeys(end, catalogue))
        try complete(&before, catalogue, keys.0, known: try keptPopulations(keys.0, catalogue))
        try complete(&after, catalogue, keys.1, known: [:])
        let lookBack = EarlierRefolding { [self] day, view in
            try refold(
                from: try earlier(start, atEndOf: day), to: try earlier(end, atEndOf: day),
                catalogue: catalogue.closure(of: [view]))
        }
        before.earlier = EarlierBase { day, view in try lookBack.refolding(atEndOf: day, for: view).before }
        after.earlier = EarlierBase { day, view in try lookBack.refolding(atEndOf: day, for: view).after }
        return Refolding(before: before, after: after, again: again)
    }

    private func base(
        _ outcome: PointFold.Outcome, _ context: FoldContext, _ catalogue: [RegisteredReadModel],
        _ snapshot: borrowing LaneSnapshot
    ) throws -> Base {
        Base(
            context: context, customers: outcome.customers,
            names: try snapshot.names(of: outcome.customers), runs: Self.runs(outcome.runs, of: catalogue))
    }

    /// The numbers of the customers whose states can differ between two points, ascending; nil for everybody.
    private func changedCustomers(
        from start: FoldPoint, to end: FoldPoint, _ segments: [SegmentImage],
        _ snapshot: borrowing LaneSnapshot
    ) throws -> [UInt32]? {
        let isComparable =
            start.clock == end.clock && start.until == end.until && start.factsKnown <= end.factsKnown
            && start.actsKnown <= end.actsKnown && start.rules.policy.hash == end.rules.policy.hash
            && start.rules.references == end.rules.references
        guard isComparable else { return nil }
        let amendments = Amendments(
            records: try snapshot.acts(), references: try snapshot.references())
        let (old, new) = (
            amendments.standing(known: start.actsKnown), amendments.standing(known: end.actsKnown)
        )
        var changed = amendments.customersOfAmended(old, new)
        let moved = old.identity.moved(to: new.identity)
        changed.formUnion(moved)
        changed.formUnion(Self.customers(in: segments, from: start.factsKnown, to: end.factsKnown))
        changed.formUnion(
            try customers(naming: moved, segments, amendments.records, known: end, snapshot))
        for identity in [old.identity, new.identity] {
            for customer in changed { changed.formUnion(identity.members(of: identity.root(of: customer))) }
        }
        return changed.count > Self.mostApart ? nil : changed.sorted()
    }

    /// Customers folded apart cost a run of every projector each: of more than these, everybody is folded again.
    private static let mostApart = 512

    /// The customers of the facts of some events.
    private static func customers(
        in segments: [SegmentImage], from start: UInt64, to end: UInt64
    ) -> Set<UInt32> {
        var found: Set<UInt32> = []
        guard start < end else { return found }
        for segment in segments where segment.descriptor.end > start && segment.descriptor.start < end {
            for chunk in segment.chunks {
                for index in 0..<chunk.facts.count
                where chunk.facts.position(index) >= start && chunk.facts.position(index) < end {
                    found.insert(chunk.facts.customer(index))
                }
            }
        }
        return found
    }

    /// The customers with facts that name others: who goes on for whom shows in their states.
    private func customers(
        naming others: Set<UInt32>, _ segments: [SegmentImage], _ acts: [ActRecord], known: FoldPoint,
        _ snapshot: borrowing LaneSnapshot
    ) throws -> Set<UInt32> {
        var found: Set<UInt32> = []
        guard !others.isEmpty else { return found }
        for segment in segments where segment.descriptor.start < known.factsKnown {
            for chunk in segment.chunks {
                for index in 0..<chunk.facts.count where chunk.facts.namesCustomer(index) {
                    let fact = chunk.facts.fact(index)
                    if others.contains(UInt32(truncatingIfNeeded: fact.key)) { found.insert(fact.customer) }
                }
            }
        }
        for act in acts where act.kind == .correction && act.position < known.actsKnown {
            let facts = try snapshot.replacement(act.position)
            for fact in facts where fact.kind.keyMeaning == .customer {
                if others.contains(UInt32(truncatingIfNeeded: fact.key)) { found.insert(act.customer) }
            }
        }
        found.remove(ActRecord.nobody)
        return found
    }
}

extension FoldCount {
    mutating func add(_ other: FoldCount) {
        customers += other.customers
        facts += other.facts
    }
}

extension Amendments {
    /// The customers of the events that count in another way by one standing than by another.
    fileprivate func customersOfAmended(_ old: Standing, _ new: Standing) -> Set<UInt32> {
        let withdrawn = old.withdrawn.symmetricDifference(new.withdrawn)
        var customers: Set<UInt32> = []
        for record in records where record.customer != ActRecord.nobody {
            let isAmended =
                switch record.kind {
                case .void: withdrawn.contains(record.target)
                case .correction: old.corrections[record.target] != new.corrections[record.target]
                case .merge, .split: false
                }
            if isAmended { customers.insert(record.customer) }
        }
        return customers
    }
}

extension Identity {
    /// Everybody for whom another answers by one identity than by another, and who answers.
    fileprivate func moved(to other: Identity) -> Set<UInt32> {
        var moved: Set<UInt32> = []
        for customer in Set(edges.keys).union(other.edges.keys) {
            let roots = (root(of: customer), other.root(of: customer))
            if roots.0 != roots.1 { moved.formUnion([customer, roots.0, roots.1]) }
        }
        return moved
    }
}
