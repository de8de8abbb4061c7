/// A condition on values that are found at dotted paths, such as `value.tier = "A" and churn.risk > 0.5`.
///
/// What the operators mean is said at ``ValueComparison``: DOMAIN.md section 26.
public indirect enum ValueExpression: Equatable, Sendable {
    /// Both hold.
    case and(ValueExpression, ValueExpression)
    /// At least one holds.
    case or(ValueExpression, ValueExpression)
    /// It does not hold.
    case not(ValueExpression)
    /// The value at a path compares so with a literal.
    case compare(String, ValueComparison, JSONValue)
    /// The value at a path is equal to one of some literals.
    case among(String, [JSONValue])
    /// A path on its own: whether the value there is true.
    case truth(String)

    /// The paths that are asked about, in their order, as often as they stand there.
    public var paths: [String] {
        switch self {
        case .and(let left, let right), .or(let left, let right): left.paths + right.paths
        case .not(let inner): inner.paths
        case .compare(let path, _, _), .among(let path, _), .truth(let path): [path]
        }
    }

    /// Whether it holds for the values that a closure gives; null where there is none.
    public func holds(_ value: (String) throws -> JSONValue) rethrows -> Bool {
        switch self {
        case .and(let left, let right): try left.holds(value) && right.holds(value)
        case .or(let left, let right): try left.holds(value) || right.holds(value)
        case .not(let inner): try !inner.holds(value)
        case .compare(let path, let comparison, let literal): comparison.holds(try value(path), literal)
        case .among(let path, let literals):
            try literals.contains { ValueComparison.equal.holds(try value(path), $0) }
        case .truth(let path): try value(path) == .bool(true)
        }
    }

    /// The same condition on other paths.
    public func renamingPaths(_ name: (String) -> String) -> ValueExpression {
        switch self {
        case .and(let left, let right): .and(left.renamingPaths(name), right.renamingPaths(name))
        case .or(let left, let right): .or(left.renamingPaths(name), right.renamingPaths(name))
        case .not(let inner): .not(inner.renamingPaths(name))
        case .compare(let path, let comparison, let literal): .compare(name(path), comparison, literal)
        case .among(let path, let literals): .among(name(path), literals)
        case .truth(let path): .truth(name(path))
        }
    }
}
