public import Events

/// A list that a view offers of customers whom somebody should turn to: who, why, in which order.
///
/// Front ends iterate the definitions of the catalogue, so that a view's queue shows up where the view does.
public struct QueueDefinition: Sendable {
    /// The name of the queue, as in commands: lower-case words with hyphens.
    public let name: String
    /// Who is in it and what is to be done, in one sentence.
    public let meaning: String
    /// Those in the queue at a base's point, in whatever order. The base holds the view and all that it reads.
    public let entries: @Sendable (Base) throws -> [QueueEntry]

    /// A queue.
    public init(
        _ name: String, meaning: String, entries: @escaping @Sendable (Base) throws -> [QueueEntry]
    ) {
        self.name = name
        self.meaning = meaning
        self.entries = entries
    }
}

/// One customer in a queue.
public struct QueueEntry: Sendable {
    /// The index of the customer in the base.
    public let index: Int
    /// What the queue is ordered by: the lesser comes first, number by number; equal entries are by customer.
    public let order: [Double]
    /// What is to be seen at once: a score, a day, a tier.
    public let facts: JSONObject
    /// Why: `{code, text, n, events}` as the reasons of churn risk, the weightiest first.
    public let reasons: [JSONValue]
    /// The personal values that it tells.
    public let personal: [PersonalValue]

    /// An entry.
    public init(
        index: Int, order: [Double], facts: JSONObject, reasons: [JSONValue], personal: [PersonalValue] = []
    ) {
        self.personal = personal
        self.index = index
        self.order = order
        self.facts = facts
        self.reasons = reasons
    }

    /// A reason in words.
    ///
    /// - Parameters:
    ///   - count: how many events say so.
    ///   - events: where they stand in the log, as far as they are named.
    public static func reason(_ code: String, _ text: String, count: Int, events: [UInt64]) -> JSONValue {
        [
            "code": .string(code), "text": .string(text), "n": .number(Double(count)),
            "events": .array(events.map { .number(Double($0)) }),
        ]
    }

    /// Whether this entry comes before another one by what the queue is ordered by; nil where neither does.
    public func precedes(_ other: QueueEntry) -> Bool? {
        for (own, its) in zip(order, other.order) where own != its { return own < its }
        return nil
    }
}

/// The seven heads of a customer's profile: DOMAIN.md section 24. The raw values are members of answers.
public enum ProfileHead: String, Sendable, CaseIterable {
    /// Who the customer is.
    case profile
    /// How lasting the relation is.
    case persistency
    /// What it brings in.
    case profitability
    /// What it does, by channel and place, and what was done for it.
    case performance
    /// What is to be expected.
    case prospecting
    /// What is bought.
    case product
    /// What was offered and how it was answered.
    case promotion
}
