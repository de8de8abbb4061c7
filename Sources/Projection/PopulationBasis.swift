public import Events

/// What a member of one customer's row takes from everybody else, in figures that a person can check: where the
/// cuts lie, how many customers there are, what they come to; and what of the customer is held against it.
public struct PopulationBasis: Sendable {
    /// Of everybody.
    public let everybody: JSONObject
    /// Of the customer.
    public let own: JSONObject
    /// The position of the one event of another customer that made the member, where it was one.
    public let event: UInt64?

    /// A basis.
    public init(everybody: [(String, JSONValue)], own: [(String, JSONValue)], event: UInt64? = nil) {
        self.event = event
        self.everybody = JSONObject(everybody)
        self.own = JSONObject(own)
    }
}
