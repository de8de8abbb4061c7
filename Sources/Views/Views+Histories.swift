import Events
public import Projection

/// One customer's facts at a point, to be folded again as far as one likes: what a view would have said after
/// each event.
///
/// Policy, reference data and the populations of everybody stay those of the point.
public struct CustomerHistory: Sendable {
    /// An act that stands and touches the customer.
    public enum Amendment: Sendable, Equatable {
        /// The event at `event` counts for nothing since the act at `act`.
        case void(event: UInt64, act: UInt64)
        /// The event at `event` has the data, and perhaps the time, that the act at `act` gave it.
        case correction(event: UInt64, act: UInt64)
        /// The id `ended` goes on as `into` since the act at `act`.
        case merge(ended: String, into: String, act: UInt64)
    }

    /// The customer who goes on.
    public let id: String
    /// The facts that count, as they are amended, in effective order; those of one event stand together.
    public let facts: [Fact]
    /// What changed the facts since they were recorded, in the order of the log.
    public let amendments: [Amendment]
    private let root: UInt32
    private let catalogue: [RegisteredReadModel]
    private let context: FoldContext
    private let populations: [String: any Codable & Sendable]
    /// The populations at the end of an earlier day, by what is known at the point.
    private let earlierPopulations: @Sendable (LocalDay) throws -> [String: any Codable & Sendable]

    init(
        id: String, root: UInt32, facts: [Fact], amendments: [Amendment], catalogue: [RegisteredReadModel],
        context: FoldContext, populations: [String: any Codable & Sendable],
        earlierPopulations: @escaping @Sendable (LocalDay) throws -> [String: any Codable & Sendable]
    ) {
        self.id = id
        self.root = root
        self.facts = facts
        self.amendments = amendments
        self.catalogue = catalogue
        self.context = context
        self.populations = populations
        self.earlierPopulations = earlierPopulations
    }

    /// A base of this customer alone as it would stand at a clock, had these of its facts happened.
    ///
    /// - Parameter facts: some of the customer's facts in effective order; none of them later than the clock.
    public func base(folding facts: some Collection<Fact>, at clock: Clock) throws -> Base {
        var base = try base(folding: Array(facts), at: clock, populations)
        let facts = Array(facts)
        base.earlier = EarlierBase { day, _ in
            let earlier = context.clock(atEndOf: day)
            let past = facts.filter { $0.time <= earlier.instant }
            return past.isEmpty
                ? nil : try self.base(folding: past, at: earlier, earlierPopulations(day))
        }
        return base
    }

    private func base(
        folding batch: [Fact], at clock: Clock, _ populations: [String: any Codable & Sendable]
    ) throws -> Base {
        let context = context.moved(to: clock)
        let (starts, ends) = ([0], [batch.count])
        var runs: [String: any FoldRun] = [:]
        for model in catalogue {
            let run = try model.begin(context)
            run.consume(batch.span, starts: starts.span, ends: ends.span)
            runs[model.name] = run
        }
        var base = Base(context: context, customers: [root], names: [id], runs: runs)
        for (name, population) in populations { base.set(population, for: name) }
        return base
    }
}

extension Views {
    /// One customer's history at a point, for some views and all that they read; nil where the log had not named
    /// the customer by then.
    public func history(
        of id: String, at point: FoldPoint, catalogue: [RegisteredReadModel]
    ) throws -> CustomerHistory? {
        let populations = try populations(at: point, catalogue: catalogue)
        return try withSnapshot(covering: max(point.factsKnown, point.actsKnown)) { snapshot in
            guard let ordinal = try snapshot.ordinal(of: id) else { return nil }
            let scope = try scope(point, snapshot)
            let root = scope.identity.root(of: ordinal)
            let members = scope.identity.members(of: root)
            var facts = try facts(of: members, point, snapshot)
            for index in facts.indices { facts[index].customer = root }
            let names = try snapshot.names(of: members)
            return CustomerHistory(
                id: names[members.firstIndex(of: root) ?? 0], root: root, facts: facts,
                amendments: try amendments(of: members, names, scope.identity, point, snapshot),
                catalogue: catalogue, context: try context(point, snapshot), populations: populations,
                earlierPopulations: { [self] day in
                    try self.populations(at: try earlier(point, atEndOf: day), catalogue: catalogue)
                })
        }
    }

    /// The acts that stand and touch some customers who answer as one, in the order of the log.
    private func amendments(
        of members: [UInt32], _ names: [String], _ identity: Identity, _ point: FoldPoint,
        _ snapshot: borrowing LaneSnapshot
    ) throws -> [CustomerHistory.Amendment] {
        let records = try snapshot.acts()
        let standing = Amendments(records: records, references: try snapshot.references())
            .standing(known: point.actsKnown)
        let named = Dictionary(uniqueKeysWithValues: zip(members, names))
        var amendments: [CustomerHistory.Amendment] = []
        for (place, act) in records.enumerated()
        where act.position < point.actsKnown && !standing.withdrawn.contains(act.position) {
            switch act.kind {
            case .void where named[act.customer] != nil && standing.withdrawn.contains(act.target):
                amendments.append(.void(event: act.target, act: act.position))
            case .correction where named[act.customer] != nil:
                guard standing.corrections[act.target] == act.position else { continue }
                amendments.append(.correction(event: act.target, act: act.position))
            case .merge where identity.edges[act.customer] == act.other:
                // Of several merges of the same two, the last is the one that stands.
                let isLast = !records[(place + 1)...].contains { later in
                    later.kind == .merge && later.customer == act.customer && later.position < point.actsKnown
                        && !standing.withdrawn.contains(later.position)
                }
                guard isLast, let ended = named[act.customer], let into = named[act.other] else { continue }
                amendments.append(.merge(ended: ended, into: into, act: act.position))
            case .void, .correction, .merge, .split:
                continue
            }
        }
        return amendments
    }
}
