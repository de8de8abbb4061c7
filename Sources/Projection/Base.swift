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

    /// The run of a read model. Traps where the catalogue does not hold it: that is a programming error.
    public func run<M: ReadModel>(of model: M.Type) -> ProjectorRun<M> {
        guard let run = runs[M.name] as? ProjectorRun<M> else {
            preconditionFailure("\(M.name) is not in the catalogue of this base")
        }
        return run
    }

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

    /// Adds the population of a view.
    public mutating func set(_ population: any Codable & Sendable, for name: String) {
        populations[name] = population
    }
}
