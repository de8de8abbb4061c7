public import Events
import Synchronization

/// What rows may look up besides folds: for what is personal or long, and therefore in no fact.
public protocol BaseLookup: Sendable {
    /// The name of a customer; nil for numbers that nobody has.
    func name(of customer: UInt32) throws -> String?
    /// The event at a position as it is to be read at the point asked about, personal values opened where the
    /// reader may see them.
    func event(at position: UInt64) throws -> JSONValue?
    /// A value within the data of the event at a position, read and opened as `event` does. Nothing else of the event
    /// is opened.
    func data(_ path: [String], at position: UInt64) throws -> JSONValue?
    /// The same for a value that only decides what an answer shows: nobody sees it, and so nobody is noted.
    func unseen(_ path: [String], at position: UInt64) throws -> JSONValue?
}

extension BaseLookup {
    /// As any other value, for who notes nothing.
    public func unseen(_ path: [String], at position: UInt64) throws -> JSONValue? {
        try data(path, at: position)
    }

    /// From the whole event.
    public func data(_ path: [String], at position: UInt64) throws -> JSONValue? {
        var value = try event(at: position)?["data"]
        for step in path { value = value?[step] }
        return value
    }
}

/// All customers' measures at one point on both axes, with the populations computed over them.
///
/// Index i means the same customer in every array.
public struct Base: Sendable {
    /// What the fold knew.
    public let context: FoldContext
    /// The ordinals of the customers, ascending.
    public let customers: [UInt32]
    /// The names of the customers, as far as they are to be shown: by index.
    public let names: [String]
    private var runs: [String: any FoldRun]
    private var populations: [String: any Codable & Sendable]
    private var shelf = Shelf()
    /// How rows can look things up that folds do not know; nil where nobody can.
    public var lookup: (any BaseLookup)?
    /// How rows can look back at an earlier day; nil where nobody can.
    public var earlier: EarlierBase?

    /// A base without populations.
    public init(context: FoldContext, customers: [UInt32], names: [String], runs: [String: any FoldRun]) {
        self.context = context
        self.customers = customers
        self.names = names
        self.runs = runs
        populations = [:]
    }

    /// The number of customers.
    public var count: Int { customers.count }

    /// What is made of this base once and serves every customer, such as the judge of a rule with all that it reads:
    /// made when it is first asked for, one of each type. It must be a pure function of runs and populations.
    public func shared<Value: Sendable>(_ make: (Base) -> Value) -> Value {
        if let known = shelf.values.withLock({ $0[ObjectIdentifier(Value.self)] }) as? Value { return known }
        // What is kept must not keep the shelf that it stands on.
        var bare = self
        bare.shelf = Shelf()
        let value = make(bare)
        shelf.values.withLock { $0[ObjectIdentifier(Value.self)] = value }
        return value
    }

    private final class Shelf: Sendable {
        let values = Mutex<[ObjectIdentifier: any Sendable]>([:])
    }

    /// The run of a read model. Traps where the catalogue does not hold it: that is a programming error.
    public func run<M: ReadModel>(of model: M.Type) -> ProjectorRun<M> {
        guard let run = runs[M.name] as? ProjectorRun<M> else {
            preconditionFailure("\(M.name) is not in the catalogue of this base")
        }
        return run
    }

    /// The run of a view, its type forgotten; nil where the base does not hold it.
    public func run(named name: String) -> (any FoldRun)? { runs[name] }

    /// The measures of a read model, one a customer.
    public func measures<M: ReadModel>(_ model: M.Type) -> [M.Measure] {
        run(of: model).measures
    }

    /// The population of a read model that stands earlier in the catalogue.
    public func population<M: ReadModel>(_ model: M.Type) -> M.Population {
        guard let population = populations[M.name] as? M.Population else {
            preconditionFailure("\(M.name) has no population yet: is it later in the catalogue?")
        }
        return population
    }

    /// The name of a customer, also of one who is not in this base.
    ///
    /// - Throws: what keeps the names from being read.
    public func name(of customer: UInt32) throws -> String? {
        let index = customers.partitionPoint { $0 < customer }
        if index < customers.count, customers[index] == customer, index < names.count { return names[index] }
        return try lookup?.name(of: customer)
    }

    /// The event at a position, its personal values opened where the reader may see them; nil where events
    /// cannot be looked up.
    public func event(at position: UInt64) throws -> JSONValue? {
        try lookup?.event(at: position)
    }

    /// A member of the data of the event at a position, opened where the reader may see it; nil where there is none or
    /// events cannot be looked up. What else the event says is not opened.
    public func data(_ member: String, at position: UInt64) throws -> JSONValue? {
        try lookup?.data([member], at: position)
    }

    /// The same for a value that only decides what an answer shows. Where something shown comes of it, it is to be
    /// asked for by ``data(_:at:)`` too, so that whose it was is noted.
    public func unseen(_ member: String, at position: UInt64) throws -> JSONValue? {
        try lookup?.unseen([member], at: position)
    }

    /// The index of a customer in this base; nil where it is not there.
    public func index(of customer: UInt32) -> Int? {
        let index = customers.partitionPoint { $0 < customer }
        return index < customers.count && customers[index] == customer ? index : nil
    }

    /// The population of a view, its type forgotten; nil where it was not set.
    public func population(named name: String) -> (any Codable & Sendable)? {
        populations[name]
    }

    /// The same base, whose rows cannot look back.
    public var withoutEarlier: Base {
        var base = self
        base.earlier = nil
        return base
    }

    /// Adds the population of a view.
    public mutating func set(_ population: any Codable & Sendable, for name: String) {
        populations[name] = population
        shelf = Shelf()
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element does not belong to the first part, in a collection so divided.
    public func partitionPoint(_ belongsToFirst: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if belongsToFirst(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
