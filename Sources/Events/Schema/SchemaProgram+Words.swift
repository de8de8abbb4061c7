extension SchemaProgram {
    /// What was found at a node, for people. Personal texts are counted, not told.
    static func found(_ reader: JSONReader, _ node: Int, hidden: Bool) -> String {
        switch reader.kind(node) {
        case .string where hidden: return "a text of \(reader.string(node).unicodeScalars.count) characters"
        case .number where hidden: return "a number"
        case .string:
            let text = reader.string(node)
            if text.isEmpty { return "an empty text" }
            let shown = text.count > 60 ? String(text.prefix(60)) + "…" : text
            return JSONValue.string(shown).canonicalText
        case .number: return JSONValue.number(reader.number(node)).canonicalText
        case let kind: return kind.words
        }
    }

    /// Kinds of values in words: "a string or null".
    static func words(of kinds: SchemaKinds) -> String {
        let articles = [
            "object": "an object", "array": "an array", "string": "a string", "number": "a number",
            "integer": "a whole number", "boolean": "true or false", "null": "null",
        ]
        var words: [String] = []
        for (name, known) in SchemaKinds.byName where kinds.isSuperset(of: known) {
            if name == "integer", kinds.isSuperset(of: .number) { continue }
            words.append(articles[name] ?? name)
        }
        guard let last = words.last else { return "nothing" }
        return words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Listed values in words: "one of in, out".
    func words(of choices: SchemaChoices) -> String {
        let texts = choices.values.map { $0.stringValue ?? $0.canonicalText }
        return texts.count == 1 ? texts[0] : "one of " + texts.joined(separator: ", ")
    }

    /// What a pattern of the schemas in schemas/ asks for, in words.
    static func phrase(for pattern: String) -> String? {
        switch pattern {
        case #"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,4})?$"#:
            "a decimal string that is not negative, such as \"12.34\""
        case #"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?$"#: "a decimal string above zero, such as \"7.0915\""
        case "^[A-Z]{3}$": "a currency of ISO 4217, such as \"EUR\""
        case "^[0-9a-f]{64}$": "64 hexadecimal digits in small letters"
        case "^@(0|[1-9][0-9]{0,15})$": "@ and a position"
        case "^([0-9]{4}|-)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$":
            "a day of birth: YYYY-MM-DD, or --MM-DD without the year"
        default: nil
        }
    }
}
