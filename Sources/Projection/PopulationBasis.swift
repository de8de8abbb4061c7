public import Events

/// What a member of one customer's row takes from everybody else, in figures that a person can check: where the
/// cuts lie, how many customers there are, what they come to; and what of the customer is held against it.
public struct PopulationBasis: Sendable {
    /// Of everybody.
    public let everybody: JSONObject
    /// Of the customer.
    public let own: JSONObject

    /// A basis.
    public init(everybody: [(String, JSONValue)], own: [(String, JSONValue)]) {
        self.everybody = JSONObject(everybody)
        self.own = JSONObject(own)
    }
}
