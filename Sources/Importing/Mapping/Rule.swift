/// Which records a rule is for, and what becomes of them.
struct Rule: Sendable {
    var name: String
    var conditions: [Condition]
    /// Records of this rule are left out and counted.
    var skips: Bool
    /// What a record becomes; more than one where the old system wrote several happenings on one line.
    var events: [EventTemplate]
    /// The fields that the rule uses or ignores; any other field of a record is unexpected.
    var known: FieldSet
}

/// One event that a record becomes.
struct EventTemplate: Sendable {
    struct Attribute: Sendable {
        var name: String
        /// `"name":`, ready to be written.
        var key: [UInt8]
        var value: Expression
        /// Without it there is no event.
        var isRequired: Bool
    }

    /// The event is only made if these hold.
    var conditions: [Condition]
    /// In the order in which they are written, which is RFC 8785's.
    var attributesBeforeData: [Attribute]
    var data: Expression
    var attributesAfterData: [Attribute]
}

/// A test of one field.
struct Condition: Sendable {
    enum Test: Sendable {
        case isOneOf([Constant])
        case isNoneOf([Constant])
        case isPresent(Bool)
        case isBelow(Double)
        case isAtLeast(Double)
    }
    var field: FieldPath
    var test: Test
}

/// A set of field slots.
struct FieldSet: Sendable, Equatable {
    /// As many fields as a mapping may name.
    static let capacity = 256

    private var words = SIMD4<UInt64>()

    mutating func insert(_ slot: Int) {
        words[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    func contains(_ slot: Int) -> Bool {
        words[slot >> 6] & (1 << UInt64(slot & 63)) != 0
    }

    mutating func formUnion(_ other: FieldSet) {
        words |= other.words
    }

    func isSubset(of other: FieldSet) -> Bool {
        (words & ~other.words) == SIMD4<UInt64>()
    }
}
