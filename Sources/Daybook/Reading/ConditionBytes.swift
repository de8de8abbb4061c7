import Events

/// Bytes that stand in every line for which a condition can hold: they rule most lines out before anything is
/// parsed. What is sealed does not show them.
struct ConditionBytes: Sendable {
    /// Of each list, one must stand in the line.
    private let needed: [[ByteSearch]]

    /// - Parameter fields: what the fields outside `data` are called in an event.
    init(_ condition: Condition, fields: [String: String]) {
        needed = Self.needed(condition.expression, fields).map { $0.map(ByteSearch.init) }
    }

    /// Whether there is nothing that rules lines out.
    var isEmpty: Bool { needed.isEmpty }

    /// Whether the condition may hold for a line without sealed values: false is certain.
    func mayHold(in line: Span<UInt8>) -> Bool {
        for choices in needed {
            var stands = false
            for choice in choices where choice.stands(in: line) {
                stands = true
                break
            }
            if !stands { return false }
        }
        return true
    }

    private typealias Choices = [[UInt8]]

    private static func needed(_ expression: Condition.Expression, _ fields: [String: String]) -> [Choices] {
        switch expression {
        case .and(let left, let right):
            return needed(left, fields) + needed(right, fields)
        case .or(let left, let right):
            guard let first = needed(left, fields).first, let second = needed(right, fields).first else {
                return []
            }
            return [first + second]
        case .not:
            return []
        case .truth(let path):
            return name(of: path, fields)
        case .compare(_, .equal, .null):
            return []
        case .compare(let path, .equal, let literal):
            return quoted(literal).map { [[$0]] } ?? name(of: path, fields)
        case .compare(let path, _, _):
            return name(of: path, fields)
        case .among(let path, let literals):
            if literals.contains(.null) { return [] }
            let texts = literals.compactMap(quoted)
            return texts.count == literals.count ? [texts] : name(of: path, fields)
        }
    }

    /// A text as it stands in a line, if no other text and no number is equal to it.
    private static func quoted(_ literal: JSONValue) -> [UInt8]? {
        guard case .string(let text) = literal, let first = text.utf8.first,
            first != UInt8(ascii: "-"), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            // The Kelvin sign is equal to a K, a Greek question mark to a semicolon, a varia to a grave accent;
            // letters beyond ASCII can be written in more ways than one.
            text.utf8.allSatisfy({ $0 < 0x80 && !"K;`".utf8.contains($0) })
        else { return nil }
        return literal.canonicalBytes
    }

    /// The name of the member that a path ends in: nothing but null is found where it does not stand.
    private static func name(of path: String, _ fields: [String: String]) -> [Choices] {
        let steps = (fields[path] ?? path).split(separator: ".", omittingEmptySubsequences: false)
        guard let name = steps.last(where: { Int($0) == nil }) else { return [] }
        return [[JSONValue.string(String(name)).canonicalBytes + [UInt8(ascii: ":")]]]
    }
}
