public import Events

/// A question's point as it was resolved: every answer carries it.
public struct AnswerPoint: Sendable, Equatable {
    /// What had happened by then, and the moment at which rows are evaluated.
    public let effectiveAt: Instant
    /// The local day of that moment.
    public let effectiveDay: LocalDay
    /// What had been recorded by then.
    public let knownAt: Instant
    /// How many events were known: 0 ..< position.
    public let position: UInt64
    /// The hash of the policy that holds there.
    public let policy: String
    /// Position, effective time, policy hash, versions and build: the same token gives the same bytes.
    public internal(set) var token: String

    /// The members that every answer begins with.
    public var members: [(String, JSONValue)] {
        [
            ("effective_at", .string(effectiveAt.description)), ("known_at", .string(knownAt.description)),
            ("position", .number(Double(position))), ("token", .string(token)),
        ]
    }
}
