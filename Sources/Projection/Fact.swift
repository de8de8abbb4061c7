/// What a fold needs of one event: 64 bytes, integers only.
///
/// Facts are what the lane stores and what projectors read. The layout is the storage format: a change of
/// it is a change of `Fact.layoutVersion`, and the lane is then extracted from the log again.
@frozen
public struct Fact: BitwiseCopyable, Sendable, Equatable {
    /// The version of the meaning and order of the fields below.
    public static let layoutVersion = 1

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

    /// The order in which one customer's facts are folded: effective time, then position.
    @inlinable
    public static func precedes(_ left: Fact, _ right: Fact) -> Bool {
        left.time != right.time ? left.time < right.time : left.position < right.position
    }
}

/// The kinds of facts. The raw values are stored: they are never reused.
@frozen
public enum FactKind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Any event of a customer that no projector needs more of than that it happened.
    case other = 0
    /// purchase.completed. `key` order or 0, `reference` itself, `amount` total, `code` channel.
    case purchase = 1
    /// purchase.returned. `key` order or 0, `reference` the purchase event named or 0, `amount`.
    case refund = 2
    /// contact.logged. `key` thread or 0, `code` channel, `extra` minutes in thousandths, `flags` direction and bulk.
    case contact = 3
    /// complaint.*. `key` complaint (with its source), `detail` a `ComplaintStep`, `flags.byHuman` for replies.
    case complaint = 4
    /// survey.answered. `key` the form's question or 0, `amount` score, `extra` expected or `Int64.min`,
    /// `code` dimension, `detail` a `SurveyScale.Kind`, `reference` bounds of a scale of its own.
    case survey = 5
    /// relationship.ended.
    case relationshipEnded = 6
    /// customer.registered.
    case registered = 7
}

/// Marks on a fact. `@inlinable`, since the fold loop asks for them and is compiled in another module.
@frozen
public struct FactFlags: OptionSet, BitwiseCopyable, Sendable {
    /// The bits, as stored.
    public let rawValue: UInt8

    /// Marks from their bits.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `amount` is in minor units of the currency packed in `detail`, for want of a rate.
    @inlinable public static var unconverted: FactFlags { FactFlags(rawValue: 1) }
    /// A contact that the customer made.
    @inlinable public static var inbound: FactFlags { FactFlags(rawValue: 2) }
    /// A message to many: no interaction.
    @inlinable public static var bulk: FactFlags { FactFlags(rawValue: 4) }
    /// A reply given by a person, which alone stops the clock of the first response.
    @inlinable public static var byHuman: FactFlags { FactFlags(rawValue: 8) }
    /// The refund names an order or an event.
    @inlinable public static var namesPurchase: FactFlags { FactFlags(rawValue: 16) }
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
