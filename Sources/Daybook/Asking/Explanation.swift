public import Events

/// How one field of one customer came about.
public struct Explanation: Sendable {
    /// What changed the facts after they had been recorded.
    public enum Amendment: Sendable, Equatable {
        /// An event that no longer counts, and the void that says so. Both are entries of a trail.
        case void(event: JSONValue, by: JSONValue)
        /// An event with other data than it was recorded with, and the correction that says so.
        case correction(event: JSONValue, by: JSONValue)
        /// An id that goes on as another, and the merge that says so.
        case merge(ended: String, into: String, by: JSONValue)
    }

    /// `{field, value, rule, source, parameters, steps [{event, time, before, after}], recomputed}`: DOMAIN.md
    /// section 26. `event` is a position, or null where time alone made the difference. Of what depends on all
    /// customers the last step has `by` `population`, with `population` {…} what they contribute and `own` {…} what
    /// of the customer is held against it; of what no event made, the only step has `by` `policy` and the event of
    /// the policy.
    public let answer: JSONValue
    /// The customer who answers.
    public let customer: String
    /// The question's point.
    public let point: AnswerPoint
    /// The events that the steps name, as entries of a trail, by position.
    public let events: [UInt64: JSONValue]
    /// Voids, corrections and merges that the steps already heed, in the order of the log.
    public let amendments: [Amendment]
    /// Whether the steps lead to the value that is shown.
    public let isRecomputed: Bool
}
