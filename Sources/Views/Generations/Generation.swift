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
    /// Who made it.
    public var actor: String
    /// The program that made it.
    public var build: String
    /// Whether every fact was extracted again from the sealed lines.
    public var fromLog: Bool
    /// The lane that it was folded from, below `views/`; empty for `views/` itself.
    public var lane: String

    /// When it was made.
    public var madeAt: Instant { Instant(microseconds: made) }
    /// The moment at which it was folded.
    public var effectiveAt: Instant { Instant(microseconds: effective) }

    /// The views whose rules a program has in another version or not at all, with the version that is needed;
    /// `versions` are those of the program.
    public func missing(in versions: [String: Int]) -> [(view: String, needed: Int, present: Int?)] {
        self.versions.sorted { $0.key < $1.key }.filter { versions[$0.key] != $0.value }
            .map { ($0.key, $0.value, versions[$0.key]) }
    }
}

/// A change of which generation is live.
public struct GenerationChange: Codable, Sendable, Equatable {
    /// What was done.
    public enum Action: String, Codable, Sendable {
        /// The first generation of a ledger is live at once: it is what was answered anyway.
        case first
        /// A newer one took over.
        case cutover
        /// The one before took over again.
        case rollback
    }

    /// What was done.
    public var action: Action
    /// The generation that is live since.
    public var generation: Int
    /// The one that was live before; nil where none was.
    public var before: Int?
    /// When: microseconds since 1970-01-01T00:00:00Z.
    public var time: Int64
    /// Who did it.
    public var actor: String
    /// Why.
    public var reason: String
    /// With which program.
    public var build: String
    /// How many customers moved by it; nil where that was not known.
    public var moved: Int?

    /// A change.
    public init(
        action: Action, generation: Int, before: Int?, time: Int64, actor: String, reason: String,
        build: String, moved: Int?
    ) {
        self.action = action
        self.generation = generation
        self.before = before
        self.time = time
        self.actor = actor
        self.reason = reason
        self.build = build
        self.moved = moved
    }
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

/// Why a generation cannot be had.
struct GenerationProblem: Error {
    enum Kind {
        /// There is none of this number, or none before.
        case missing
        /// Another process makes one.
        case busy
        /// Another program is needed.
        case program
    }

    let kind: Kind
    let message: String
}
