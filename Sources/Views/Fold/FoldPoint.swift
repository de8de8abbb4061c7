public import Projection

/// A point on both axes, as folds need it.
///
/// In a question all four parts agree. A comparison takes them apart, to tell what made a difference.
public struct FoldPoint: Sendable {
    /// Facts of the events 0 ..< this are known.
    public var factsKnown: UInt64
    /// Voids, corrections, merges and splits among the events 0 ..< this are known.
    public var actsKnown: UInt64
    /// Facts up to this microsecond have happened.
    public var until: Int64
    /// The moment at which rows are evaluated.
    public var clock: Clock
    /// Under which policy, and with which reference data.
    public var rules: Rules

    /// A point at which all parts agree.
    public init(known: UInt64, clock: Clock, rules: Rules) {
        factsKnown = known
        actsKnown = known
        until = clock.instant
        self.clock = clock
        self.rules = rules
    }

    /// Whether the point is one that a question can name.
    var isQuestion: Bool {
        factsKnown == actsKnown && until == clock.instant && rules.known == factsKnown
            && rules.instant == clock.instant
    }
}

/// The policy and the other reference data that a point selects.
public struct Rules: Sendable {
    /// The policy.
    public let policy: PolicyDocument
    /// The dated exchange rates.
    public let rates: Rates
    /// The reference data that stand and had happened, by (time, position).
    public let references: [Act]
    /// The events 0 ..< this were looked at.
    public let known: UInt64
    /// Reference data up to this microsecond held.
    public let instant: Int64
    /// What tells these rules from all others: what is made of rules can be kept by it.
    let identity = Identity()

    /// Nothing but an address.
    final class Identity: Sendable {}

    /// The same point with another policy and other reference data: for what is tried, not asked. A policy with
    /// other parameters has another hash, by which populations are kept.
    public func replacing(policy: PolicyDocument, references: [Act]) -> Rules {
        Rules(policy: policy, rates: rates, references: references, known: known, instant: instant)
    }
}
