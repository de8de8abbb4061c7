/// Which records a rule is for, and what becomes of them.
final class Rule: Sendable {
    let name: String
    let conditions: [Condition]
    /// Records of this rule are left out and counted.
    let skips: Bool
    /// What a record becomes; more than one where the old system wrote several happenings on one line.
    let events: [EventTemplate]
    /// The fields that the rule uses or ignores; any other field of a record is unexpected.
    let known: FieldSet

    init(name: String, conditions: [Condition], skips: Bool, events: [EventTemplate], known: FieldSet) {
        self.name = name
        self.conditions = conditions
        self.skips = skips
        self.events = events
        self.known = known
    }

    /// The same rule, with more fields that are not unexpected.
    func knowing(_ more: FieldSet) -> Rule {
        var all = known
        all.formUnion(more)
        return Rule(name: name, conditions: conditions, skips: skips, events: events, known: all)
    }
}

/// One event that a record becomes.
final class EventTemplate: Sendable {
    final class Attribute: Sendable {
        let name: String
        /// `"name":`, ready to be written.
        let key: [UInt8]
        let value: Expression
        /// Without it there is no event.
        let isRequired: Bool

        init(name: String, value: Expression, isRequired: Bool) {
            self.name = name
            self.value = value
            self.isRequired = isRequired
            var key: [UInt8] = []
            key.appendJSONString(name)
            key.append(UInt8(ascii: ":"))
            self.key = key
        }
    }

    /// The event is only made if these hold.
    let conditions: [Condition]
    let program: WritingProgram

    /// Makes a template. What is written comes in RFC 8785's order.
    init(conditions: [Condition], attributes: [Attribute], data: Expression) {
        self.conditions = conditions
        let sorted = attributes.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        program = WritingProgram(
            before: sorted.filter { $0.name < "data" }, data: data, after: sorted.filter { $0.name > "data" })
    }
}

/// A test of one field.
final class Condition: Sendable {
    enum Test: Sendable {
        case isOneOf([Constant])
        case isNoneOf([Constant])
        case isPresent(Bool)
        case isBelow(Double)
        case isAtLeast(Double)
    }
    let field: FieldPath
    let test: Test

    init(field: FieldPath, test: Test) {
        self.field = field
        self.test = test
    }
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
