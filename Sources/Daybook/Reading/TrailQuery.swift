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
    /// An expression over the fields, such as `data.total > 100 and data.currency = EUR`.
    public var condition: String?
    /// Only what the ledger wrote down of who looked at personal data. A `customer` is then the one who was
    /// looked at: by name, or as one of many.
    public var isAccess = false
    /// Whether personal values stay sealed: they are then neither shown nor searched.
    public var leavesSealed = false
    /// The most events to give; nil for all.
    public var limit: Int?
    /// Only events behind this one, in the order asked for.
    public var after: UInt64?
    /// Only the first so many events of the log: what pages of one trail have in common.
    public var known: UInt64?
    /// The newest first, instead of the oldest.
    public var newestFirst = false

    /// A query that asks for everything, the oldest first.
    public init() {}
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
