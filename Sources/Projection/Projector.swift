/// One customer's facts in, one customer's state out. The same projector serves live rows, rebuilds, as-of
/// questions and verification.
///
/// A projector is a value with a scratch arena: `begin` empties it for the next customer, `fold` is called for
/// each fact in the declared order, and `finish` gives fixed-size results. It does no input or output, reads no
/// clock and draws no random number.
public protocol Projector: Sendable {
    /// What was learned of the customer, whatever the hour: integers only, since its bytes are digested.
    associatedtype State: BitwiseCopyable & Sendable
    /// The state evaluated at a clock under a policy.
    associatedtype Measure: BitwiseCopyable & Sendable

    /// The name of the view, as in commands and JSON.
    static var name: String { get }
    /// Raised with every change of what the same facts give.
    static var version: Int { get }
    /// The order in which facts are wanted.
    static var order: FoldOrder { get }

    /// A projector ready to begin. `context` says policy, clock and calendar helpers.
    init(context: FoldContext) throws

    /// Past clocks, ascending, at each of which `mark` is to be called. None unless a rule looks back.
    var calendar: [Clock] { get }

    /// Forgets the customer before.
    mutating func begin()
    /// Takes one fact.
    mutating func fold(_ fact: borrowing Fact)
    /// Called when all facts up to `calendar[index]` and none later have been folded.
    mutating func mark(_ index: Int)
    /// The results for the customer begun last, at the context's clock.
    mutating func finish() -> (state: State, measure: Measure)

    /// Adds what another worker's instance has counted over its customers. Only for projectors that count
    /// across customers; sums are integers, so that the order of workers does not matter.
    mutating func absorb(_ other: Self)
}

extension Projector {
    /// Effective time, as almost every rule needs.
    public static var order: FoldOrder { .effective }
    /// No calendar.
    public var calendar: [Clock] { [] }
    /// Nothing to mark.
    public mutating func mark(_ index: Int) {}
    /// Nothing counted across customers.
    public mutating func absorb(_ other: Self) {}
}
