import Events

/// Where a value comes from: a top-level field of the record, by its slot, and the way down from there.
final class FieldPath: Sendable {
    /// Index among all the fields that the mapping names.
    let slot: Int
    /// Names of the members below the top-level field.
    let rest: [String]
    /// The JSON Pointer of the field, for messages.
    let pointer: String

    init(slot: Int, rest: [String], pointer: String) {
        self.slot = slot
        self.rest = rest
        self.pointer = pointer
    }
}

/// A value of an event, as the mapping says how to make it.
indirect enum Expression: Sendable {
    case constant(Constant)
    case field(FieldPath)
    /// The element of the innermost `each` or `split`, and the way down from there.
    case item([String])
    /// Where the record stands in its file.
    case origin(OriginPart)
    /// Text pieces joined; absent if a piece is absent.
    case template([Expression])
    /// The first that is present.
    case first([Expression])
    case list([Expression])
    case object([Member])
    /// A text cut at a separator, each piece through an expression.
    case split(Expression, separator: [UInt8], each: Expression)
    /// An array, each element through an expression.
    case each(Expression, Expression)
    /// 32 hex digits that stand for the values.
    case hash([Expression])
    case modified(Modified)

    /// A value and what is done to it.
    final class Modified: Sendable {
        let inner: Expression
        let modifiers: Modifiers

        init(_ inner: Expression, _ modifiers: Modifiers) {
            self.inner = inner
            self.modifiers = modifiers
        }
    }

    final class Member: Sendable {
        let name: String
        /// `"name":`, ready to be written.
        let key: [UInt8]
        let value: Expression

        init(name: String, value: Expression) {
            self.name = name
            self.value = value
            var key: [UInt8] = []
            key.appendJSONString(name)
            key.append(UInt8(ascii: ":"))
            self.key = key
        }
    }

    enum OriginPart: Sendable {
        case file, line, number, index
    }

    /// The field behind a value, for messages; nil if it is not one field.
    var pointer: String? {
        switch self {
        case .field(let path): path.pointer
        case .modified(let modified): modified.inner.pointer
        case .first(let choices): choices.first?.pointer
        case .split(let inner, _, _), .each(let inner, _): inner.pointer
        default: nil
        }
    }
}

/// How a digit that falls away counts.
enum Rounding: String, Sendable, CaseIterable {
    /// A value with too many places is rejected.
    case reject
    /// Halves go away from zero.
    case halfUp = "half_up"
    /// Halves go to the even neighbour.
    case halfEven = "half_even"
    /// Toward zero.
    case down
}

/// What is done to a value, in the order of the members.
struct Modifiers: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case text, number, integer, boolean, money, time, date
    }
    enum LetterCase: String, Sendable, CaseIterable {
        case lower, upper
    }
    enum Sign: String, Sendable, CaseIterable {
        case absolute, negate
    }
    enum Otherwise: Sendable {
        case reject
        case keep
        case value(Expression)
    }
    struct Rescale: Sendable {
        var fromLow: Double
        var fromHigh: Double
        var toLow: Double
        var toHigh: Double
    }

    /// Texts that count as absent.
    var empty: [[UInt8]] = []
    var trims = false
    var letterCase: LetterCase?
    var table: [String: Constant]?
    var otherwise = Otherwise.reject
    /// The decimal mark; the other marks are then taken for grouping and dropped.
    var decimalMark: UInt8?
    /// The decimal point is moved that many digits to the right.
    var shift = 0
    var rescale: Rescale?
    var sign: Sign?
    var kind: Kind?
    var places: Int?
    var rounding: Rounding?
    var currency: Expression?
    var formats: [TimeFormat] = []
    var zone: Zone?
    var fallback: Expression?
    var isRequired = false
}
