public import Events

/// A read model with its type forgotten, so that engines and front ends can iterate over all of them.
public struct RegisteredReadModel: Sendable {
    /// The name of the view.
    public let name: String
    /// The version of its rules.
    public let version: Int
    /// The members of a row that a person wants first, as dotted paths.
    public let headline: [String]
    /// Begins a run of its projector.
    public let begin: @Sendable (FoldContext) throws -> any FoldRun
    /// Computes its population over a base.
    public let population: @Sendable (Base) throws -> any Codable & Sendable
    /// Reads a population back from what `JSONEncoder` made of it.
    public let populationType: any (Codable & Sendable).Type
    /// One customer's row.
    public let row: @Sendable (Int, Base) -> JSONValue
    /// Whether its report can be limited to a trailing window.
    public let reportTakesWindow: Bool
    /// The population report, or nil.
    public let report: @Sendable (Base, ReportOptions) -> JSONValue?
    /// The bytes of the states of a run, customer by customer: what digests and generations are made of.
    public let stateBytes: @Sendable (any FoldRun) -> [UInt8]

    /// Registers a read model. `@inlinable` for the sake of the fold loop: see `ProjectorRun`.
    @inlinable
    public init<M: ReadModel>(_ model: M.Type) {
        name = M.name
        version = M.version
        headline = M.headline
        begin = { ProjectorRun(try M(context: $0)) }
        population = { try M.population(of: $0, run: $0.run(of: M.self)) }
        populationType = M.Population.self
        row = { M.row($0, of: $1) }
        reportTakesWindow = M.reportTakesWindow
        report = { M.report(of: $0, options: $1) }
        stateBytes = { run in
            guard let run = run as? ProjectorRun<M> else {
                preconditionFailure("a run of another read model than \(M.name)")
            }
            // Unsafe: the bytes of the states are copied before the closure ends; states hold integers only.
            return unsafe run.states.withUnsafeBytes { unsafe Array($0) }
        }
    }
}
