public import Events

/// One complete build of the views by one set of projectors under one policy.
public struct Generation: Codable, Sendable, Equatable {
    /// Its number, ascending.
    public var id: Int
    /// The events 0 ..< position were known.
    public var position: UInt64
    /// The moment at which it was folded: microseconds since 1970-01-01T00:00:00Z.
    public var effective: Int64
    /// The local day of that moment.
    public var effectiveDay: Int32
    /// The hash of the policy.
    public var policy: String
    /// How many customers it holds.
    public var customers: Int
    /// By view, the version of its rules.
    public var versions: [String: Int]
    /// By view, the digest of its states: SHA-256 over the customers' numbers and states in ascending order of
    /// the numbers, which is the order in which the log first names them. It depends neither on workers nor on
    /// batches nor on how the lane is cut.
    public var digests: [String: String]
    /// When it was made: microseconds since 1970-01-01T00:00:00Z.
    public var made: Int64
    /// The program that made it.
    public var build: String
    /// Whether every fact was extracted again from the sealed lines.
    public var fromLog: Bool
    /// The position up to which the views were last proved to equal the log; nil where they were not yet.
    public var proved: UInt64?

    /// When it was made.
    public var madeAt: Instant { Instant(microseconds: made) }
    /// The moment at which it was folded.
    public var effectiveAt: Instant { Instant(microseconds: effective) }
}

/// What a verification found.
public struct ViewVerification: Sendable, Equatable {
    /// The events 0 ..< position were folded again from their sealed lines.
    public var position: UInt64
    /// How many customers were folded again.
    public var customers: Int
    /// Whether only a sample of the customers was.
    public var isSample: Bool
    /// What differs, in words; empty where the views equal the log.
    public var differences: [String]
}

/// The caller asked to stop: nothing was changed.
public struct Cancelled: Error, Sendable {}
