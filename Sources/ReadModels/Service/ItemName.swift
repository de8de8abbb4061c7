import Events
import Projection

/// The id of a complaint, a need or feedback, as far as folds keep it: enough to order ids and to know them again.
struct ItemName: Codable, Sendable, Equatable, Comparable {
    /// The hash of the id; 0 where the id is not known.
    var hash: UInt64 = 0
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0

    /// A name that is not known.
    init() {}

    /// The name that a part of an event says.
    init(_ fact: borrowing Fact) {
        hash = fact.key
        first = UInt64(bitPattern: fact.amount)
        second = UInt64(bitPattern: fact.extra)
        third = fact.reference
    }

    /// The order of the ids' first 24 bytes.
    static func < (left: Self, right: Self) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }
}

extension Base {
    /// A member of the data of an event, such as the id of what it opened; null where it cannot be looked up.
    func dataMember(_ name: String, at position: UInt64) throws -> JSONValue {
        try data(name, at: position) ?? .null
    }
}
