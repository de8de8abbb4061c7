public import Events

/// What people call the codes of answers, by the member that holds them: `tier`, `stage`. Answers as JSON keep the
/// codes.
public struct CodeLabels: Sendable, Equatable {
    private var names: [String: [String: String]] = [:]

    /// No labels: codes are shown as they are.
    public static let none = CodeLabels()

    private init() {}

    /// Labels as a ledger gives them: `{member: {code: label}}`, where a label may also be an object of labels by
    /// language. Of these the first of the languages wanted is shown, else the first there is.
    public init(_ labels: JSONValue, languages: [String] = []) {
        for (member, codes) in labels.objectValue ?? JSONObject() {
            for (code, label) in codes.objectValue ?? JSONObject() {
                guard let text = Self.text(label, languages) else { continue }
                names[member, default: [:]][code] = text
            }
        }
    }

    private static func text(_ label: JSONValue, _ languages: [String]) -> String? {
        if let text = label.stringValue { return text }
        guard let byLanguage = label.objectValue else { return nil }
        let wanted = languages.lazy.compactMap { byLanguage[$0]?.stringValue }.first
        return wanted ?? byLanguage.keys.first.flatMap { byLanguage[$0]?.stringValue }
    }

    /// What a code is called that a member holds; nil where nobody named it.
    public func label(of code: String, in member: String) -> String? {
        names[member]?[code]
    }
}
