/// How a value is compared with a literal. A comparison with what is unknown (null) does not hold, except
/// `= null` and `!= null`. Money is compared by its amount: DOMAIN.md section 26.
public enum ValueComparison: String, Equatable, Sendable {
    /// Equal; of an array, that one of its elements is.
    case equal = "="
    /// Known and not equal.
    case unequal = "!="
    /// Less.
    case less = "<"
    /// Less or equal.
    case lessOrEqual = "<="
    /// More.
    case greater = ">"
    /// More or equal.
    case greaterOrEqual = ">="

    /// Whether a value that was found compares so with a literal.
    public func holds(_ found: JSONValue, _ literal: JSONValue) -> Bool {
        if case .array(let elements) = found, self == .equal {
            return elements.contains { holds($0, literal) }
        }
        switch self {
        case .equal: return Self.isEqual(found, literal)
        case .unequal:
            return literal == .null ? found != .null : found != .null && !Self.isEqual(found, literal)
        case .less: return Self.isLess(found, literal) ?? false
        case .greater: return Self.isLess(literal, found) ?? false
        case .lessOrEqual: return Self.isLess(literal, found).map { !$0 } ?? false
        case .greaterOrEqual: return Self.isLess(found, literal).map { !$0 } ?? false
        }
    }

    private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if left == right { return true }
        if case (.string, .string) = (left, right) { return false }
        guard let first = decimal(left), let second = decimal(right) else { return false }
        return first == second
    }

    /// Whether one value is less than another; nil where they cannot be compared.
    public static func isLess(_ left: JSONValue, _ right: JSONValue) -> Bool? {
        if let first = decimal(left), let second = decimal(right) { return first < second }
        switch (left, right) {
        case (.string(let first), .string(let second)):
            return first.utf8.lexicographicallyPrecedes(second.utf8)
        case (.bool(let first), .bool(let second)):
            return !first && second
        default:
            return nil
        }
    }

    /// A number at 12 significant digits, a text that is one (amounts of money are decimal strings), or the
    /// amount of money; nil for anything else.
    public static func decimal(_ value: JSONValue) -> Double? {
        if let number = number(value) { return number }
        guard let text = value.stringValue, let first = text.utf8.first,
            first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        else { return nil }
        return Double(text)?.rounded12
    }

    /// A number at 12 significant digits, or the amount of money; nil for anything else.
    public static func number(_ value: JSONValue) -> Double? {
        if let number = value.numberValue { return number.rounded12 }
        if case .object(let money) = value, money["currency"] != nil,
            let amount = money["amount"]?.stringValue
        {
            return Double(amount)
        }
        return nil
    }
}
