/// What stays of an act when the event that it names has been found: integers only, in the order of the log.
///
/// The engine keeps one for every void, correction, merge and split; they are read for every question.
public struct ActRecord: Sendable, Equatable {
    /// What an act does. The raw values are stored: they are never reused.
    public enum Kind: UInt8, Sendable {
        /// `target` no longer counts, nor acts.
        case void = 1
        /// `target`'s facts are those extracted for this act instead.
        case correction = 2
        /// `customer` ends and goes on as `other`.
        case merge = 3
        /// `customer` is set free from `other`.
        case split = 4
    }

    /// No customer.
    public static let nobody = UInt32.max

    /// What the act does.
    public var kind: Kind
    /// Where the act stands in the log; it acts from there on, for every effective time.
    public var position: UInt64
    /// Voids and corrections: where the event stands that they name.
    public var target: UInt64
    /// The customer whose facts change. Voids and corrections: that of the event they name, or `nobody`.
    public var customer: UInt32
    /// Merges and splits: the customer that goes on.
    public var other: UInt32

    /// A record.
    public init(
        kind: Kind, position: UInt64, target: UInt64 = 0, customer: UInt32 = Self.nobody,
        other: UInt32 = Self.nobody
    ) {
        self.kind = kind
        self.position = position
        self.target = target
        self.customer = customer
        self.other = other
    }
}
