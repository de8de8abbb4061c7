public import Events

/// A read model with its type forgotten, so that engines and front ends can iterate over all of them.
public struct RegisteredReadModel: Sendable {
    /// The name of the view.
    public let name: String
    /// The version of its rules.
    public let version: Int
    /// The names of the views that it reads.
    public let uses: [String]
    /// The order in which its projector wants one customer's facts.
    public let order: FoldOrder
    /// Whether customers have no row of it.
    public let isReportOnly: Bool
    /// Whether its report names customers.
    public let reportNamesCustomers: Bool
    /// Which rule makes which member of a row.
    public let rules: [FieldRule]
    /// What its report wants to be seen of it.
    public let charts: [ChartSpec]
    /// The members of a row that a person wants first, as dotted paths.
    public let headline: [String]
    /// How many bytes the measure of one customer takes.
    public let bytesOfMeasure: Int
    /// Makes a run of its projector.
    @usableFromInline let run: @Sendable (FoldContext, FoldResults) throws -> any FoldRun
    /// Computes its population over a base.
    public let population: @Sendable (Base) throws -> any Codable & Sendable
    /// Reads a population back from what `JSONEncoder` made of it.
    public let populationType: any (Codable & Sendable).Type
    /// One customer's row.
    public let row: @Sendable (Int, Base) throws -> JSONValue
    /// What everybody else contributes to a member of a row.
    public let basis: @Sendable (_ path: String, _ index: Int, _ base: Base) throws -> PopulationBasis?
    /// Whether its report can be limited to a trailing window.
    public let reportTakesWindow: Bool
    /// What the report is called.
    public let reportName: String
    /// Under which head of a customer's profile its row stands.
    public let head: ProfileHead
    /// The queue for people that it offers, or nil.
    public let queue: QueueDefinition?
    /// Whether its report compares two dates.
    public let reportTakesEarlierDay: Bool
    /// The member of its rows that looks back to an earlier day, or nil.
    public let memberLookingBack: String?
    /// The local day that its rows look back to, or nil.
    public let rowsLookBack: @Sendable (FoldContext) throws -> LocalDay?
    /// The local day that its report compares the base's with, or nil.
    public let earlierDay: @Sendable (FoldContext, ReportOptions) throws -> LocalDay?
    /// The population report, or nil.
    public let report: @Sendable (Base, ReportOptions) throws -> JSONValue?
    /// The bytes of the states of a run that kept them, customer by customer: what digests are made of.
    public let stateBytes: @Sendable (any FoldRun) -> [UInt8]

    /// Registers a read model. `@inlinable` for the sake of the fold loop: see `ProjectorRun`.
    @inlinable
    public init<M: ReadModel>(_ model: M.Type) {
        name = M.name
        version = M.version
        uses = M.uses
        order = M.order
        isReportOnly = M.isReportOnly
        reportNamesCustomers = M.reportNamesCustomers
        rules = M.rules
        charts = M.charts
        headline = M.headline
        bytesOfMeasure = MemoryLayout<M.Measure>.stride
        run = { ProjectorRun(try M(context: $0), keeping: $1) }
        population = { try M.population(of: $0, run: $0.run(of: M.self)) }
        populationType = M.Population.self
        row = { try M.row($0, of: $1) }
        basis = { try M.basis(of: $0, $1, in: $2) }
        reportTakesWindow = M.reportTakesWindow
        reportName = M.reportName
        head = M.head
        queue = M.queue
        reportTakesEarlierDay = M.reportTakesEarlierDay
        memberLookingBack = M.memberLookingBack
        rowsLookBack = { try M.rowsLookBack(in: $0) }
        earlierDay = { try M.earlierDay(in: $0, options: $1) }
        report = { try M.report(of: $0, options: $1) }
        stateBytes = { run in
            guard let run = run as? ProjectorRun<M> else {
                preconditionFailure("a run of another read model than \(M.name)")
            }
            // Unsafe: the bytes of the states are copied before the closure ends; states hold integers only.
            return unsafe run.states.withUnsafeBytes { unsafe Array($0) }
        }
    }
}

extension RegisteredReadModel {
    /// Begins a run of its projector.
    public func begin(
        _ context: FoldContext, keeping results: FoldResults = .measures
    ) throws -> any FoldRun {
        try run(context, results)
    }
}

extension [RegisteredReadModel] {
    /// Begins a run of each.
    public func begin(
        _ context: FoldContext, keeping results: FoldResults = .measures
    ) throws -> [any FoldRun] {
        try map { try $0.begin(context, keeping: results) }
    }

    /// Those of these names and all that they read, in the order of the catalogue.
    public func closure(of names: some Sequence<String>) -> [RegisteredReadModel] {
        var wanted = Set(names)
        for model in reversed() where wanted.contains(model.name) {
            wanted.formUnion(model.uses)
        }
        return filter { wanted.contains($0.name) }
    }
}
