public import Events

/// One parameter of the policy: what `policy show` and the documentation say of it.
public struct CoreParameter: Sendable {
    /// What values are allowed.
    public enum Domain: Sendable {
        /// Whole numbers in a range.
        case whole(ClosedRange<Int>)
        /// Whole numbers in a range, or null.
        case wholeOrNull(ClosedRange<Int>)
        /// Numbers in a range.
        case number(ClosedRange<Double>)
        /// One of some texts.
        case choice([String])
        /// A list of different texts.
        case texts
        /// True or false.
        case truth
        /// Numbers in a range, or null.
        case numberOrNull(ClosedRange<Double>)
        /// A list of numbers in a range, each greater than the one before.
        case ascending(ClosedRange<Double>)
        /// Numbers in a range under names.
        case numbersByName(ClosedRange<Double>)
        /// A text, or null.
        case textOrNull
        /// Something with parts: what is allowed in words, and what is wrong with a value, nil where nothing is.
        case structure(String, @Sendable (JSONValue) -> String?)
    }

    /// The dotted path in the policy document.
    public let path: String
    /// The value in a new ledger's first policy, and where a policy does not say.
    public let standard: JSONValue
    /// The unit of the value; empty for plain numbers and texts.
    public let unit: String
    /// What it does.
    public let meaning: String
    /// Where the default comes from.
    public let source: String
    /// What values are allowed.
    public let domain: Domain

    init(
        _ path: String, _ standard: JSONValue, _ unit: String, _ domain: Domain, _ meaning: String,
        source: String
    ) {
        self.path = path
        self.standard = standard
        self.unit = unit
        self.domain = domain
        self.meaning = meaning
        self.source = source
    }

    /// What values are allowed, in words.
    public var allowed: String {
        switch domain {
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .wholeOrNull(let range):
            "null or a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let texts):
            texts.count == 1 ? "\"\(texts[0])\"" : "one of \(texts.joined(separator: ", "))"
        case .texts: "a list of different texts"
        case .truth: "true or false"
        case .numberOrNull(let range): "null or a number from \(range.lowerBound) to \(range.upperBound)"
        case .ascending(let range):
            "a list of ascending numbers from \(range.lowerBound) to \(range.upperBound)"
        case .numbersByName(let range):
            "an object of numbers from \(range.lowerBound) to \(range.upperBound)"
        case .textOrNull: "null or a text"
        case .structure(let words, _): words
        }
    }

    /// What is wrong with a value, as what was expected; nil where it is allowed.
    func expectation(violatedBy value: JSONValue) -> String? {
        if case .structure(_, let problem) = domain { return problem(value) }
        let isAllowed =
            switch domain {
            case .whole(let range): isWhole(value, in: range)
            case .wholeOrNull(let range): value == .null || isWhole(value, in: range)
            case .number(let range): value.numberValue.map { range.contains($0) } == true
            case .choice(let texts): value.stringValue.map { texts.contains($0) } == true
            case .texts: isTexts(value)
            case .truth: value.boolValue != nil
            case .numberOrNull(let range):
                value == .null || value.numberValue.map { range.contains($0) } == true
            case .ascending(let range): isAscending(value, in: range)
            case .numbersByName(let range):
                value.objectValue?.allSatisfy { _, member in
                    member.numberValue.map { range.contains($0) } == true
                } == true
            case .textOrNull: value == .null || value.stringValue?.isEmpty == false
            case .structure: true
            }
        return isAllowed ? nil : allowed
    }

    private func isWhole(_ value: JSONValue, in range: ClosedRange<Int>) -> Bool {
        value.integerValue.map { range.contains($0) } == true
    }

    private func isAscending(_ value: JSONValue, in range: ClosedRange<Double>) -> Bool {
        guard let elements = value.arrayValue else { return false }
        let numbers = elements.compactMap(\.numberValue)
        return numbers.count == elements.count && numbers.allSatisfy { range.contains($0) }
            && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    }

    private func isTexts(_ value: JSONValue) -> Bool {
        guard let elements = value.arrayValue else { return false }
        let texts = elements.compactMap(\.stringValue)
        return texts.count == elements.count && Set(texts).count == texts.count
    }
}
