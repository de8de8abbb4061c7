import Events

/// What the rows of a table in a policy may say: shared by all tables.
struct TableCheck: Sendable {
    /// What a member of a row may be.
    enum Member: Sendable {
        /// A text.
        case text
        /// A whole number, at least 1.
        case whole
        /// A whole number, at least 1, or null.
        case wholeOrNull
        /// One of some texts, or a list of them.
        case oneOrMore([String])
        /// A text, or a list of texts.
        case texts
        /// One of some texts.
        case oneOf([String])

        fileprivate var words: String {
            switch self {
            case .text: "a text"
            case .whole: "a whole number, at least 1"
            case .wholeOrNull: "a whole number, at least 1, or null"
            case .oneOrMore(let texts): "one or a list of \(texts.joined(separator: ", "))"
            case .texts: "a text or a list of texts"
            case .oneOf(let texts): "one of \(texts.joined(separator: ", "))"
            }
        }

        fileprivate func allows(_ value: JSONValue) -> Bool {
            switch self {
            case .text: value.stringValue?.isEmpty == false
            case .whole: value.integerValue.map { $0 >= 1 && $0 <= 10_000_000 } == true
            case .wholeOrNull: value == .null || Member.whole.allows(value)
            case .oneOrMore(let texts):
                (value.listed ?? []).contains { texts.contains($0) }
                    && value.listed?.allSatisfy { texts.contains($0) } == true
            case .texts: value.listed?.isEmpty == false
            case .oneOf(let texts): value.stringValue.map { texts.contains($0) } == true
            }
        }
    }

    /// The members that rows may have.
    let members: [(name: String, value: Member)]
    /// Those that every row must have.
    let required: [String]

    /// What is wrong with a table; nil where nothing is.
    func expectation(violatedBy table: JSONValue) -> String? {
        guard let rows = table.arrayValue else { return "a list of rows" }
        for (number, row) in rows.enumerated() {
            guard let object = row.objectValue else {
                return "a list of rows; row \(number + 1) is no object"
            }
            for name in required where object[name] == nil {
                return "rows with \(name), which row \(number + 1) lacks"
            }
            for (name, value) in object {
                guard let member = members.first(where: { $0.name == name }) else {
                    let names = members.map(\.name).joined(separator: ", ")
                    return "rows with \(names); row \(number + 1) says \(name)"
                }
                guard member.value.allows(value) else {
                    return "\(member.value.words) as \(name) of row \(number + 1)"
                }
            }
        }
        return nil
    }
}

extension JSONValue {
    /// A text or a list of texts, as a list; nil for anything else.
    var listed: [String]? {
        if let text = stringValue { return [text] }
        guard let elements = arrayValue else { return nil }
        let texts = elements.compactMap(\.stringValue)
        return texts.count == elements.count ? texts : nil
    }
}
