import Events

/// A word of a condition, and where it stands.
struct ConditionToken: Equatable {
    enum Kind: Equatable {
        case word(String)
        case literal(JSONValue)
        case symbol(String)
    }

    let kind: Kind
    /// The number of the character at which it begins, from 1.
    let place: Int

    static func tokens(of text: String) throws(LedgerError) -> [ConditionToken] {
        let characters = Array(text)
        var tokens: [ConditionToken] = []
        var index = 0
        while index < characters.count {
            let start = index
            let character = characters[index]
            if character.isWhitespace {
                index += 1
            } else if character == "\"" || character == "'" {
                tokens.append(
                    ConditionToken(kind: .literal(try quoted(characters, &index)), place: start + 1))
            } else if let symbol = symbol(characters, &index) {
                tokens.append(ConditionToken(kind: .symbol(symbol), place: start + 1))
            } else if isPart(character) {
                while index < characters.count, isPart(characters[index]) { index += 1 }
                tokens.append(
                    ConditionToken(kind: kind(ofWord: String(characters[start..<index])), place: start + 1))
            } else {
                throw error(text, start + 1, "a field, a value or an operator", "“\(character)”")
            }
        }
        return tokens
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "._-+:@/%".contains(character)
    }

    private static func kind(ofWord word: String) -> Kind {
        switch word {
        case "true": return .literal(true)
        case "false": return .literal(false)
        case "null": return .literal(.null)
        default:
            if let first = word.first, first.isNumber || first == "-" || first == "+",
                let number = Double(word),
                number.isFinite
            {
                return .literal(.number(number))
            }
            return .word(word)
        }
    }

    private static func symbol(_ characters: [Character], _ index: inout Int) -> String? {
        for symbol in ["!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ",", "[", "]"] {
            let end = index + symbol.count
            if end <= characters.count, String(characters[index..<end]) == symbol {
                index = end
                return symbol == "==" ? "=" : symbol
            }
        }
        return nil
    }

    private static func quoted(_ characters: [Character], _ index: inout Int) throws(LedgerError) -> JSONValue
    {
        let quote = characters[index]
        let start = index
        var text = ""
        index += 1
        while index < characters.count, characters[index] != quote {
            if characters[index] == "\\", index + 1 < characters.count { index += 1 }
            text.append(characters[index])
            index += 1
        }
        guard index < characters.count else {
            throw error(String(characters), start + 1, "a closing \(quote)", "the end")
        }
        index += 1
        return .string(text)
    }

    static func error(_ text: String, _ place: Int, _ expected: String, _ found: String) -> LedgerError {
        LedgerError(
            .usage,
            "the condition \(text) cannot be read: at character \(place) expected \(expected), found \(found)"
        )
    }
}

/// Reads conditions by recursive descent: `or` binds least, then `and`, then `not`.
struct ConditionParser {
    let tokens: [ConditionToken]
    let text: String
    private var index = 0
    private var depth = 0

    init(tokens: [ConditionToken], text: String) {
        self.tokens = tokens
        self.text = text
    }

    mutating func parse() throws(LedgerError) -> Condition.Expression {
        let expression = try alternatives()
        guard index == tokens.count else { throw unexpected("and, or, or the end") }
        return expression
    }

    private mutating func alternatives() throws(LedgerError) -> Condition.Expression {
        var expression = try conjunction()
        while takeWord("or") { expression = .or(expression, try conjunction()) }
        return expression
    }

    private mutating func conjunction() throws(LedgerError) -> Condition.Expression {
        var expression = try negation()
        while takeWord("and") { expression = .and(expression, try negation()) }
        return expression
    }

    private mutating func negation() throws(LedgerError) -> Condition.Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else {
            throw LedgerError(.usage, "the condition is nested more than 100 deep")
        }
        if takeWord("not") { return .not(try negation()) }
        if take("(") {
            let inner = try alternatives()
            guard take(")") else { throw unexpected(")") }
            return inner
        }
        return try comparison()
    }

    private mutating func comparison() throws(LedgerError) -> Condition.Expression {
        guard let path = takeWord() else { throw unexpected("a field such as value.tier") }
        if takeWord("in") { return .among(path, try list()) }
        if takeWord("not") {
            guard takeWord("in") else { throw unexpected("in") }
            return .not(.among(path, try list()))
        }
        guard index < tokens.count, case .symbol(let symbol) = tokens[index].kind,
            let comparison = Condition.Comparison(rawValue: symbol)
        else { return .truth(path) }
        index += 1
        return .compare(path, comparison, try value())
    }

    private mutating func list() throws(LedgerError) -> [JSONValue] {
        let closing: String
        if take("(") {
            closing = ")"
        } else if take("[") {
            closing = "]"
        } else {
            throw unexpected("( and values")
        }
        var values = [try value()]
        while take(",") { values.append(try value()) }
        guard take(closing) else { throw unexpected(closing) }
        return values
    }

    /// A literal; a word stands for itself, so that `value.tier = A` needs no quotes in a shell.
    private mutating func value() throws(LedgerError) -> JSONValue {
        guard index < tokens.count else { throw unexpected("a value") }
        switch tokens[index].kind {
        case .literal(let literal):
            index += 1
            return literal
        case .word(let word) where !["and", "or", "not", "in"].contains(word):
            index += 1
            return .string(word)
        case .word, .symbol:
            throw unexpected("a value")
        }
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard index < tokens.count, tokens[index].kind == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard index < tokens.count, tokens[index].kind == .word(word) else { return false }
        index += 1
        return true
    }

    private mutating func takeWord() -> String? {
        guard index < tokens.count, case .word(let word) = tokens[index].kind,
            !["and", "or", "not", "in"].contains(word)
        else { return nil }
        index += 1
        return word
    }

    private func unexpected(_ expected: String) -> LedgerError {
        guard index < tokens.count else {
            return ConditionToken.error(text, text.count + 1, expected, "the end")
        }
        let found: String =
            switch tokens[index].kind {
            case .word(let word): word
            case .literal(let literal): literal.canonicalText
            case .symbol(let symbol): symbol
            }
        return ConditionToken.error(text, tokens[index].place, expected, found)
    }
}
