import Events

/// A condition over a customer's answer, such as `value.tier = "A" and churn.risk > 0.5`.
///
/// Dotted paths, `= != < <= > >= in and or not` and parentheses: DOMAIN.md section 26. A comparison with what
/// is unknown (null) does not hold, except `= null` and `!= null`. Money is compared by its amount.
struct Condition: Sendable {
    typealias Expression = ValueExpression
    typealias Comparison = ValueComparison

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
    var paths: [String] { expression.paths }

    /// Whether it holds for the answer whose values a closure gives.
    func holds(_ value: (String) throws -> JSONValue) rethrows -> Bool { try expression.holds(value) }

    /// Whether one value is less than another; nil where they cannot be compared.
    static func isLess(_ left: JSONValue, _ right: JSONValue) -> Bool? { ValueComparison.isLess(left, right) }

    /// Something that can be sorted; nil for what is unknown or has parts.
    static func rank(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .null: nil
        case .array: nil
        case .object: ValueComparison.number(value) == nil ? nil : value
        case .bool, .number, .string: value
        }
    }
}
