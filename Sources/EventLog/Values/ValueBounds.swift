import Events

/// What a comparison says of values that are known only roughly.
struct ValueBounds {
    /// How the shortened codes of a column tell outcomes.
    enum Test {
        /// The same for all.
        case all(ValueOutcome)
        /// By whether a code is before, at, or behind one.
        case order(UInt32, before: ValueOutcome, at: ValueOutcome, behind: ValueOutcome)
        /// By whether a code is one of some.
        case members(CodeSet, inside: ValueOutcome, outside: ValueOutcome)
    }

    /// The literals that a value may be equal to.
    private let literals: [JSONValue]
    /// Nil where a path stands on its own.
    private let comparison: ValueComparison?
    /// The hashes of the literals that are texts.
    private let hashes: [UInt32]

    /// - Parameter test: a comparison of one path.
    init(_ test: ValueExpression) {
        switch test {
        case .compare(_, let comparison, let literal):
            (self.comparison, literals) = (comparison, [literal])
        case .among(_, let literals): (comparison, self.literals) = (.equal, literals)
        case .truth, .and, .or, .not: (comparison, literals) = (nil, [])
        }
        hashes = literals.compactMap(\.stringValue).map { TextDigest.hash($0.utf8.span) }
    }

    /// The outcome for an array or object that is there, and no more is known of it.
    var ofUnknownParts: ValueOutcome {
        comparison == .unequal && literals == [.null] ? .holds : .unknown
    }

    // MARK: Numbers

    /// How the codes of numbers, texts that are numbers, and amounts of money tell outcomes.
    func numbers(in range: ValueRange) -> Test {
        guard let comparison else { return .all(.fails) }
        if comparison == .equal || comparison == .unequal { return equalNumbers(comparison, range) }
        guard let literal = literals.first else { return .all(.unknown) }
        guard let number = ValueComparison.decimal(literal), !number.isNaN else {
            // A text is compared with a text that is a number letter by letter, with anything else not at all.
            return .all(literal.stringValue == nil ? .fails : .unknown)
        }
        let outcomes = Self.outcomes(comparison)
        let code = NumberOrder.code(number)
        if code < range.first { return .all(outcomes.behind) }
        if code > range.last { return .all(outcomes.before) }
        return .order(
            range.code(of: code), before: outcomes.before, at: range.shift == 0 ? outcomes.at : .unknown,
            behind: outcomes.behind)
    }

    private func equalNumbers(_ comparison: ValueComparison, _ range: ValueRange) -> Test {
        let outside: ValueOutcome = comparison == .equal ? .fails : .holds
        var codes: [UInt32] = []
        for literal in literals {
            guard let number = ValueComparison.decimal(literal) else { continue }
            if number.isNaN { return .all(.unknown) }
            let code = NumberOrder.code(number)
            if code >= range.first, code <= range.last { codes.append(range.code(of: code)) }
        }
        return codes.isEmpty
            ? .all(outside) : .members(CodeSet(codes), inside: .unknown, outside: outside)
    }

    /// What a value before, at, or behind the literal means.
    private static func outcomes(
        _ comparison: ValueComparison
    ) -> (before: ValueOutcome, at: ValueOutcome, behind: ValueOutcome) {
        switch comparison {
        case .less: (.holds, .fails, .fails)
        case .lessOrEqual: (.holds, .holds, .fails)
        case .greater: (.fails, .fails, .holds)
        case .greaterOrEqual: (.fails, .holds, .holds)
        case .equal, .unequal: (.unknown, .unknown, .unknown)
        }
    }

    // MARK: Texts

    /// How the codes of texts that are no numbers tell outcomes.
    func texts(in range: ValueRange, beginning prefix: Span<UInt8>) -> Test {
        guard let comparison else { return .all(.fails) }
        if comparison == .equal || comparison == .unequal {
            let outside: ValueOutcome = comparison == .equal ? .fails : .holds
            return hashes.isEmpty
                ? .all(outside) : .members(CodeSet(hashes), inside: .unknown, outside: outside)
        }
        guard let text = literals.first?.stringValue else { return .all(.fails) }
        let outcomes = Self.outcomes(comparison)
        let literal = Array(text.utf8)
        for index in prefix.indices {
            // A text that ends before the beginning of all, or differs from it, stands on one side of all.
            guard index < literal.count else { return .all(outcomes.behind) }
            if literal[index] != prefix[index] {
                return .all(literal[index] < prefix[index] ? outcomes.behind : outcomes.before)
            }
        }
        let rest = Array(literal[prefix.count...].prefix(8))
        let whole = TextWords.word(of: rest + [0, 0, 0, 0, 0, 0, 0, 0], at: 0, length: rest.count)
        if whole < range.first { return .all(outcomes.behind) }
        if whole > range.last { return .all(outcomes.before) }
        return .order(
            range.code(of: whole), before: outcomes.before, at: .unknown, behind: outcomes.behind)
    }
}

/// Some codes. Asked for a million times: one is compared, more are looked for in a table of their last bits first.
struct CodeSet {
    private let only: UInt32?
    private let codes: Set<UInt32>
    private let table: [Bool]

    init(_ codes: [UInt32]) {
        self.codes = Set(codes)
        only = self.codes.count == 1 ? codes.first : nil
        var table = [Bool](repeating: false, count: 4_096)
        for code in codes { table[Int(code & 0xFFF)] = true }
        self.table = table
    }

    @inline(__always)
    func contains(_ code: UInt32) -> Bool {
        if let only { return code == only }
        return table[Int(code & 0xFFF)] && codes.contains(code)
    }
}
