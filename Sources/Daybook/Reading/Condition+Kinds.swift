import Events

/// Conditions that no event can meet, by what the schemas say that fields are: mistakes, which would find nothing
/// without a word.
extension Condition {
    /// Why a part of the condition can never hold, or nil.
    func vainPart(in schemas: SchemaRegistry) -> String? { Self.vainPart(expression, schemas) }

    private static func vainPart(_ expression: Expression, _ schemas: SchemaRegistry) -> String? {
        switch expression {
        case .and(let left, let right), .or(let left, let right):
            vainPart(left, schemas) ?? vainPart(right, schemas)
        case .not(let inner):
            vainPart(inner, schemas)
        case .truth(let path):
            why(path, isVain: { !$0.contains(.truth) }, "true or false", schemas)
        case .compare(let path, let comparison, let literal):
            why(
                path, isVain: { comparison != .unequal && $0.isDisjoint(with: kinds(equalTo: literal)) },
                literal.canonicalText, schemas)
        case .among(let path, let literals):
            literals.lazy.compactMap { literal in
                why(
                    path, isVain: { $0.isDisjoint(with: kinds(equalTo: literal)) }, literal.canonicalText,
                    schemas)
            }.first
        }
    }

    private static func why(
        _ path: String, isVain: (FieldKinds) -> Bool, _ wanted: String, _ schemas: SchemaRegistry
    ) -> String? {
        var kinds: FieldKinds = .text
        if path.hasPrefix("data.") {
            let steps = path.split(separator: ".", omittingEmptySubsequences: false).dropFirst().map(
                String.init)
            kinds = schemas.kinds(at: steps)
        }
        if kinds.isEmpty {
            return "no type of event has a field \(path): `daybook schema show TYPE` lists what a type has"
        }
        guard isVain(kinds) else { return nil }
        return
            "\(path) is \(kinds.words) in every event that has it, which \(wanted) can never be compared with: "
            + "ask for \(kinds.words)"
    }

    /// The kinds of values that can be compared with a literal.
    private static func kinds(equalTo literal: JSONValue) -> FieldKinds {
        switch literal {
        case .null: return .any
        case .bool: return .truth
        case .number: return [.number, .text, .object]
        case .string(let text):
            // Amounts are decimal strings: a text of digits is compared with numbers too.
            return Double(text) == nil ? .text : [.number, .text, .object]
        case .array, .object: return .any
        }
    }
}

extension FieldKinds {
    /// What the values are, in words.
    fileprivate var words: String {
        let names: [(FieldKinds, String)] = [
            (.text, "a text"), (.number, "a number"), (.truth, "true or false"), (.object, "an object"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: " or ")
    }
}
