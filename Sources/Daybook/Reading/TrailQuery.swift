public import Events

/// An auditor's question: every filter that is set must hold.
public struct TrailQuery: Sendable, Equatable {
    /// Events of this customer: of all ids that go on as it.
    public var customer: String?
    /// Events of this type; one that ends in `.*` takes all types that begin so.
    public var type: String?
    /// Happened at this point or later.
    public var from: TimeArgument?
    /// Happened at this point or earlier.
    public var to: TimeArgument?
    /// Recorded at this point or later.
    public var recordedFrom: TimeArgument?
    /// Recorded at this point or earlier.
    public var recordedTo: TimeArgument?
    /// Done by this actor (`authid`).
    public var actor: String?
    /// With this `channel` in the data.
    public var channel: String?
    /// From this source.
    public var source: String?
    /// Of this conversation (`correlationid`).
    public var correlation: String?
    /// Caused by this event (`causationid`).
    public var causation: String?
    /// With this text anywhere in the data, whatever the case of its letters.
    public var text: String?
    /// The most events to give; nil for all.
    public var limit: Int?
    /// Only events behind this one, in the order asked for.
    public var after: UInt64?
    /// The newest first, instead of the oldest.
    public var newestFirst: Bool

    /// A query that asks for everything, the oldest first.
    public init() {
        newestFirst = false
    }
}

/// A part of a trail.
public struct Trail: Sendable, Equatable {
    /// The events, as DOMAIN.md section 26 shows them.
    public let entries: [JSONValue]
    /// What to ask for as `after` to go on; nil where the trail ends here.
    public let next: UInt64?
}

/// How to name one event.
public enum EventReference: Sendable, Equatable {
    /// By its place in the log.
    case position(UInt64)
    /// By its id, where only one source uses it, or by source and id.
    case id(String, source: String?)

    /// Reads `@N` or an id.
    public init(parsing text: String, source: String? = nil) throws(LedgerError) {
        if text.hasPrefix("@"), let position = UInt64(text.dropFirst()) {
            self = .position(position)
        } else if text.isEmpty {
            throw LedgerError(.usage, "an event is named by its id or by @POSITION")
        } else {
            self = .id(text, source: source)
        }
    }
}
