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

    /// Whether an event of a type, in any version of it, can meet the condition by what its schema leaves room for.
    func canHold(in type: String, _ schemas: SchemaRegistry) -> Bool {
        Self.outcomes(expression, type, schemas).canHold
    }

    /// Whether an expression can hold for events of a type, and whether it can fail.
    private static func outcomes(
        _ expression: Expression, _ type: String, _ schemas: SchemaRegistry
    ) -> (canHold: Bool, canFail: Bool) {
        switch expression {
        case .and(let left, let right):
            let (left, right) = (outcomes(left, type, schemas), outcomes(right, type, schemas))
            return (left.canHold && right.canHold, left.canFail || right.canFail)
        case .or(let left, let right):
            let (left, right) = (outcomes(left, type, schemas), outcomes(right, type, schemas))
            return (left.canHold || right.canHold, left.canFail && right.canFail)
        case .not(let inner):
            let inner = outcomes(inner, type, schemas)
            return (inner.canFail, inner.canHold)
        case .truth(let path), .compare(let path, _, _), .among(let path, _):
            let isKnown: Bool
            let value: JSONValue
            if path == "type" {
                (isKnown, value) = (true, .string(type))
            } else {
                // What no version of the type has is null in all its events.
                (isKnown, value) = (!hasField(path, type, schemas), .null)
            }
            guard isKnown else { return (true, true) }
            let holds = Condition(expression).holds { _ in value }
            return (holds, !holds)
        }
    }

    private static func hasField(_ path: String, _ type: String, _ schemas: SchemaRegistry) -> Bool {
        let steps = (TrailCheck.fields[path] ?? path).split(
            separator: ".", omittingEmptySubsequences: false
        ).map(String.init)
        guard steps.first == "data", steps.count > 1 else { return true }
        let versions = 1...max(1, schemas.versionCount(of: type))
        return versions.contains { version in
            schemas.schema(type: type, version: version).map {
                !$0.kinds(at: Array(steps.dropFirst())).isEmpty
            }
                ?? true
        }
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
