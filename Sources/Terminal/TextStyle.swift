/// How a piece of text is set off on a terminal that shows colours.
public enum TextStyle: Sendable, Equatable {
    /// As it is.
    case plain
    /// Headings and names.
    case strong
    /// What is there but matters less: units, unknown values, rules.
    case faint
    /// Good.
    case good
    /// Needs a look.
    case warning
    /// Bad, or an error.
    case bad
    /// Bars and lines of charts.
    case chart

    /// The text within the codes of its style, or as it is where colours are off.
    public func apply(to text: String, colour: Bool) -> String {
        guard colour, !text.isEmpty, let code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .warning: "33"
        case .bad: "31"
        case .chart: "36"
        }
    }
}
