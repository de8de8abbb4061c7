/// What a fold needs of one event: 64 bytes, integers only.
///
/// Facts are what the lane stores and what projectors read. The layout is the storage format: a change of
/// it is a change of `Fact.layoutVersion`, and the lane is then extracted from the log again.
@frozen
public struct Fact: BitwiseCopyable, Sendable, Equatable {
    /// The version of the meaning and order of the fields below.
    public static let layoutVersion = 3

    /// Effective time: microseconds since 1970-01-01T00:00:00Z.
    public var time: Int64
    /// Where the event stands in the log. A corrected event keeps its own position.
    public var position: UInt64
    /// What the event is about: the stable hash of an order, complaint, survey form, lot or thread; 0 for none.
    public var key: UInt64
    /// Purchases: the hash of the event's own source and id. Refunds: that of the event they name, or 0.
    /// Survey answers with a scale of their own: minimum and maximum, see `SurveyScale`.
    public var reference: UInt64
    /// Money: minor units. Scores: millionths of a point. Points: points.
    public var amount: Int64
    /// A second quantity, by kind: the expected score of a survey answer, the minutes of a contact.
    public var extra: Int64
    /// The dense number of the customer, in the order in which the log first names customers.
    public var customer: UInt32
    /// The local day of `time` in the ledger's zone: days since 1970-01-01.
    public var day: Int32
    /// An interned code: the dimension of an answer, the channel of a contact or purchase.
    public var code: UInt32
    /// What kind of event it was.
    public var kind: FactKind
    /// What else is to be known of the event.
    public var flags: FactFlags
    /// A small number, by kind: a step of a complaint, a scale, a packed currency.
    public var detail: UInt16

    /// A fact of a kind that carries nothing but its place and time.
    public init(time: Int64, position: UInt64, customer: UInt32, day: Int32, kind: FactKind) {
        self.time = time
        self.position = position
        self.customer = customer
        self.day = day
        self.kind = kind
        key = 0
        reference = 0
        amount = 0
        extra = 0
        code = 0
        flags = []
        detail = 0
    }

    /// The order in which one customer's facts are folded: effective time, then position; of one event the fact
    /// that stands for it comes first, its parts after it.
    @inlinable
    public static func precedes(_ left: Fact, _ right: Fact) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.position != right.position { return left.position < right.position }
        return precedesInEvent(left, right)
    }

    /// The order of log positions; of one event as in ``precedes(_:_:)``.
    @inlinable
    public static func precedesRecorded(_ left: Fact, _ right: Fact) -> Bool {
        left.position != right.position ? left.position < right.position : precedesInEvent(left, right)
    }

    /// The order among the facts of one event, whose kinds and fields are of one line.
    @inlinable
    static func precedesInEvent(_ left: Fact, _ right: Fact) -> Bool {
        if left.isPart != right.isPart { return !left.isPart }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.detail != right.detail { return left.detail < right.detail }
        if left.code != right.code { return left.code < right.code }
        return left.key < right.key
    }

    /// Whether the fact is a part of an event that another fact stands for: events are counted without parts.
    @inlinable
    public var isPart: Bool { kind.isPart }
}

/// The steps of a complaint, as `Fact.detail`. The raw values are stored: they are never reused.
public enum ComplaintStep: UInt16, Sendable, CaseIterable {
    case opened = 1
    case acknowledged = 2
    case replied = 3
    case waiting = 4
    case resumed = 5
    case resolved = 6
    case reopened = 7
    case closed = 8
    case escalated = 9
}
