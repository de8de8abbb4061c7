import Events

/// A condition over a customer's answer, such as `value.tier = "A" and churn.risk > 0.5`.
///
/// Dotted paths, `= != < <= > >= in and or not` and parentheses: DOMAIN.md section 26. A comparison with what
/// is unknown (null) does not hold, except `= null` and `!= null`. Money is compared by its amount.
struct Condition: Sendable {
    indirect enum Expression: Equatable, Sendable {
        case and(Expression, Expression)
        case or(Expression, Expression)
        case not(Expression)
        case compare(String, Comparison, JSONValue)
        case among(String, [JSONValue])
        /// A path on its own: whether it is true.
        case truth(String)
    }

    enum Comparison: String, Equatable, Sendable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    let expression: Expression

    /// Reads a condition.
    ///
    /// - Throws: `usage` with the place of the mistake.
    init(parsing text: String) throws(LedgerError) {
        var parser = ConditionParser(tokens: try ConditionToken.tokens(of: text), text: text)
        expression = try parser.parse()
    }

    /// A condition that was read.
    init(_ expression: Expression) { self.expression = expression }

    /// The dotted paths that are asked about.
    var paths: [String] { Self.paths(of: expression) }

    private static func paths(of expression: Expression) -> [String] {
        switch expression {
        case .and(let left, let right), .or(let left, let right): paths(of: left) + paths(of: right)
        case .not(let inner): paths(of: inner)
        case .compare(let path, _, _), .among(let path, _), .truth(let path): [path]
        }
    }

    /// Whether it holds for the answer whose values a closure gives.
    func holds(_ value: (String) throws -> JSONValue) rethrows -> Bool {
        try Self.holds(expression, value)
    }

    private static func holds(
        _ expression: Expression, _ value: (String) throws -> JSONValue
    ) rethrows -> Bool {
        switch expression {
        case .and(let left, let right): try holds(left, value) && holds(right, value)
        case .or(let left, let right): try holds(left, value) || holds(right, value)
        case .not(let inner): try !holds(inner, value)
        case .compare(let path, let comparison, let literal): holds(try value(path), comparison, literal)
        case .among(let path, let literals):
            try literals.contains { holds(try value(path), .equal, $0) }
        case .truth(let path): try value(path) == .bool(true)
        }
    }

    private static func holds(_ found: JSONValue, _ comparison: Comparison, _ literal: JSONValue) -> Bool {
        if case .array(let elements) = found, comparison == .equal {
            return elements.contains { holds($0, .equal, literal) }
        }
        switch comparison {
        case .equal: return isEqual(found, literal)
        case .unequal:
            return literal == .null ? found != .null : found != .null && !isEqual(found, literal)
        case .less: return isLess(found, literal) ?? false
        case .greater: return isLess(literal, found) ?? false
        case .lessOrEqual: return isLess(literal, found).map { !$0 } ?? false
        case .greaterOrEqual: return isLess(found, literal).map { !$0 } ?? false
        }
    }

    private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if left == right { return true }
        if case (.string, .string) = (left, right) { return false }
        guard let first = decimal(left), let second = decimal(right) else { return false }
        return first == second
    }

    /// Whether one value is less than another; nil where they cannot be compared.
    static func isLess(_ left: JSONValue, _ right: JSONValue) -> Bool? {
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

    /// Something that can be sorted; nil for what is unknown or has parts.
    static func rank(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .null: nil
        case .array: nil
        case .object: number(value) == nil ? nil : value
        case .bool, .number, .string: value
        }
    }

    /// A number, or a text that is one: amounts of money are decimal strings.
    private static func decimal(_ value: JSONValue) -> Double? {
        if let number = number(value) { return number }
        guard let text = value.stringValue, let first = text.utf8.first,
            first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        else { return nil }
        return Double(text)?.rounded12
    }

    /// A number, or the amount of money: compared at 12 significant digits.
    private static func number(_ value: JSONValue) -> Double? {
        if let number = value.numberValue { return number.rounded12 }
        if case .object(let money) = value, money["currency"] != nil,
            let amount = money["amount"]?.stringValue
        {
            return Double(amount)
        }
        return nil
    }
}
