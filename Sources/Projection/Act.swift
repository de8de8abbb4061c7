public import Events

/// An event that is no fact of a customer: it changes what is known of other events, or states what folds need.
public struct Act: Sendable, Equatable {
    /// Where the event stands in the log. It acts from here on.
    public let position: UInt64
    /// Effective time, microseconds since 1970-01-01T00:00:00Z. Only reference data heed it.
    public let time: Int64
    /// What it does.
    public let content: Content

    /// What an act does. Customers are ordinals of the interner that read the line.
    public enum Content: Sendable, Equatable {
        /// event.voided: withdraws the event it names.
        case void(EventKey)
        /// event.corrected: replaces data, and perhaps time, of the event it names.
        case correction(EventKey)
        /// customer.merged: the ordinal that ends, and the one that goes on.
        case merge(ended: UInt32, into: UInt32)
        /// customer.split: the ordinal set free, and the one it had been merged into.
        case split(freed: UInt32, from: UInt32)
        /// Policies, models, rates, calendars and dimensions: the `type` and `data` of the event.
        case reference(type: String, data: JSONValue)
    }

    /// An act.
    public init(position: UInt64, time: Int64, content: Content) {
        self.position = position
        self.time = time
        self.content = content
    }
}
