/// How another system's records become events: a mapping file, read and checked.
///
/// The language is described in ``Mapping/language``.
public struct Mapping: Sendable {
    /// The file, as it was named.
    public let file: String
    /// What the file says about itself.
    public let summary: String?
    /// How CSV is written; nil: the records are JSON.
    public let csv: CSVOptions?
    /// Names of the rules, in order.
    public var ruleNames: [String] { rules.map(\.name) }

    let rules: [Rule]
    /// Names of the top-level fields that the mapping knows; the index is the slot.
    let fields: [String]
    /// Fields that no rule names are let through.
    let allowsUnexpected: Bool

    init(
        file: String, summary: String?, csv: CSVOptions?, rules: [Rule], fields: [String],
        allowsUnexpected: Bool
    ) {
        self.file = file
        self.summary = summary
        self.csv = csv
        self.rules = rules
        self.fields = fields
        self.allowsUnexpected = allowsUnexpected
    }
}
