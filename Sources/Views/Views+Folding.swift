import Events
public import Projection
import Synchronization

/// One customer at a point: a base of one, with the populations of everybody.
public struct CustomerFold: Sendable {
    /// The customer who answers, at index 0; nobody where no event of it counts.
    public let base: Base
    /// The customer who goes on.
    public let id: String
    /// The ids that go on as this customer, itself not among them, sorted.
    public let aliases: [String]
    /// Whether any event counts.
    public var counts: Bool { base.count == 1 }
}

extension Views {
    /// Folds everybody at a point, populations included.
    ///
    /// - Parameter names: whether the ids of the customers are wanted; without them the base has none.
    public func everybody(
        at point: FoldPoint, catalogue: [RegisteredReadModel], names: Bool
    ) throws -> Base {
        let keys = try populationKeys(point, catalogue)
        var base = try fold(point, catalogue: catalogue, names: names, workers: workers)
        try complete(&base, catalogue, keys, known: try keptPopulations(keys, catalogue))
        base.earlier = EarlierBase { [self] day, view in
            try everybody(
                at: try earlier(point, atEndOf: day), catalogue: catalogue.closure(of: [view]), names: false)
        }
        return base
    }

    /// The same knowledge at the end of an earlier local day.
    func earlier(_ point: FoldPoint, atEndOf day: LocalDay) throws -> FoldPoint {
        var earlier = point
        earlier.clock = Clock(instant: zone.start(of: day.next).microseconds - 1, day: day.number)
        earlier.until = min(point.until, earlier.clock.instant)
        earlier.rules = try rules(point.rules, movedTo: earlier.clock)
        return earlier
    }

    /// Adds the populations to a base: those known, and the others as they are computed, in the order of the
    /// catalogue, since later ones build on earlier ones. What was computed is kept.
    func complete(
        _ base: inout Base, _ catalogue: [RegisteredReadModel], _ keys: PopulationKeys,
        known: [String: any Codable & Sendable]
    ) throws {
        for (name, population) in known { base.set(population, for: name) }
        var computed: [String: any Codable & Sendable] = [:]
        for model in catalogue where known[model.name] == nil {
            let population = try model.population(base)
            base.set(population, for: model.name)
            if let key = keys.views[model.name] { computed[key] = population }
        }
        try keep(computed, of: keys.point)
    }

    /// Folds everybody at a point and counts them: what a question costs before populations and rows.
    public func countFolded(at point: FoldPoint, catalogue: [RegisteredReadModel]) throws -> Int {
        try fold(point, catalogue: catalogue, names: false, workers: workers).count
    }

    /// Folds one customer at a point, and makes no row of it: what a question about one costs before populations and
    /// rows. Whether any event counts.
    public func isFolded(_ id: String, at point: FoldPoint, catalogue: [RegisteredReadModel]) throws -> Bool {
        try one(id, at: point, catalogue: catalogue)?.base.count == 1
    }

    /// Folds everybody at a point, without populations.
    func fold(
        _ point: FoldPoint, catalogue: [RegisteredReadModel], names: Bool, workers: Int
    ) throws -> Base {
        try withSnapshot(covering: max(point.factsKnown, point.actsKnown)) { snapshot in
            let context = try context(point, snapshot)
            let fold = PointFold(scope: try scope(point, snapshot), layout: layout)
            let outcome = try fold.everybody(
                try snapshot.segments(), workers: workers, customerCount: snapshot.customerCount,
                begin: { try catalogue.begin(context) })
            count(outcome.count)
            return Base(
                context: context, customers: outcome.customers,
                names: names ? try snapshot.names(of: outcome.customers) : [],
                runs: Self.runs(outcome.runs, of: catalogue))
        }
    }

    /// Folds one customer at a point; nil where the log had not named it by then.
    ///
    /// The populations come from the cache where they were computed before; otherwise everybody is folded once.
    public func customer(
        _ id: String, at point: FoldPoint, catalogue: [RegisteredReadModel]
    ) throws -> CustomerFold? {
        guard var found = try one(id, at: point, catalogue: catalogue) else { return nil }
        for (name, population) in try populations(at: point, catalogue: catalogue) {
            found.base.set(population, for: name)
        }
        found.base.earlier = EarlierBase { [self] day, view in
            try customer(
                id, at: try earlier(point, atEndOf: day), catalogue: catalogue.closure(of: [view]))?.base
        }
        return CustomerFold(base: found.base, id: found.id, aliases: found.aliases)
    }

    /// Folds one customer at a point among everybody of a base, whose populations it is given.
    public func customer(
        _ id: String, at point: FoldPoint, catalogue: [RegisteredReadModel], among others: Base
    ) throws -> CustomerFold? {
        guard var found = try one(id, at: point, catalogue: catalogue) else { return nil }
        for model in catalogue {
            if let population = others.population(named: model.name) {
                found.base.set(population, for: model.name)
            }
        }
        found.base.earlier = others.earlier
        return CustomerFold(base: found.base, id: found.id, aliases: found.aliases)
    }

    /// Computes and keeps the populations of a point, so that questions at it need not.
    public func prepare(at point: FoldPoint, catalogue: [RegisteredReadModel]) throws {
        _ = try populations(at: point, catalogue: catalogue)
        let context: FoldContext = try withSnapshot(covering: max(point.factsKnown, point.actsKnown)) {
            try self.context(point, $0)
        }
        for model in catalogue {
            guard let day = try model.rowsLookBack(context) else { continue }
            _ = try populations(
                at: try earlier(point, atEndOf: day), catalogue: catalogue.closure(of: [model.name]))
        }
    }

    /// The populations of a point, from the cache or computed.
    func populations(
        at point: FoldPoint, catalogue: [RegisteredReadModel]
    ) throws -> [String: any Codable & Sendable] {
        let keys = try populationKeys(point, catalogue)
        let known = try keptPopulations(keys, catalogue)
        if known.count == catalogue.count { return known }
        let missing = catalogue.filter { known[$0.name] == nil }
        var all = known
        let portions = portions(of: missing, in: catalogue, customers: try customerCount())
        try forEachPortion(portions) { _, portion in
            let needed = catalogue.closure(of: portion.map(\.name))
            var base = try fold(point, catalogue: needed, names: false, workers: workers)
            try complete(
                &base, needed, keys, known: all.filter { entry in needed.contains { $0.name == entry.key } })
            for model in portion { all[model.name] = base.population(named: model.name) }
        }
        return all
    }

    /// One customer's fold, without populations.
    func one(
        _ id: String, at point: FoldPoint, catalogue: [RegisteredReadModel]
    ) throws -> (base: Base, id: String, aliases: [String])? {
        try withSnapshot(covering: max(point.factsKnown, point.actsKnown)) { snapshot in
            guard let ordinal = try snapshot.ordinal(of: id) else { return nil }
            let scope = try scope(point, snapshot)
            let root = scope.identity.root(of: ordinal)
            let members = scope.identity.members(of: root)
            let (context, runs) = try begin(catalogue, point, snapshot)
            let fold = PointFold(scope: scope, layout: layout)
            let outcome = try fold.one(root, try snapshot.segments(customers: members), runs: runs)
            count(outcome.count)
            let names = try snapshot.names(of: members)
            let rootName = names[members.firstIndex(of: root) ?? 0]
            let base = Base(
                context: context, customers: outcome.customers,
                names: outcome.customers.map { _ in rootName },
                runs: Self.runs(runs, of: catalogue))
            return (base, rootName, names.filter { $0 != rootName }.sorted())
        }
    }

    /// The customer that a customer goes on as by the acts known at a position; nil where it is unknown.
    public func root(of id: String, known: UInt64) throws -> String? {
        try members(of: id, known: known)?.root
    }

    /// Everybody who answers together with a customer by the acts known at a position, and who answers; nil
    /// where the log had not named the customer.
    public func members(of id: String, known: UInt64) throws -> (root: String, members: [String])? {
        try withSnapshot(covering: known) { snapshot in
            guard let ordinal = try snapshot.ordinal(of: id) else { return nil }
            let records = try snapshot.acts().filter { $0.position < known }
            let identity = Amendments(records: records, references: []).standing(known: known).identity
            let root = identity.root(of: ordinal)
            let members = identity.members(of: root)
            let names = try snapshot.names(of: members)
            return (names[members.firstIndex(of: root) ?? 0], names)
        }
    }

    static func runs(
        _ runs: [any FoldRun], of catalogue: [RegisteredReadModel]
    ) -> [String: any FoldRun] {
        Dictionary(uniqueKeysWithValues: zip(catalogue.map(\.name), runs))
    }
}
