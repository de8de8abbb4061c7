/// Why a text is no amount, rate or currency that Daybook takes.
public struct MoneyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, for programs.
    public enum Code: String, Sendable, CaseIterable {
        case unknownCurrency = "unknown_currency"
        case notDecimal = "not_decimal"
        case tooManyPlaces = "too_many_places"
        case tooLarge = "too_large"
    }

    /// What is wrong, for programs.
    public let code: Code
    /// The text, cut to 60 characters.
    public let text: String
    /// What is wrong and what to write instead, for people.
    public let reason: String

    /// An error about a text.
    public init(code: Code, text: String, reason: String) {
        self.code = code
        self.text = String(text.prefix(60))
        self.reason = reason
    }

    /// The error as one sentence.
    public var description: String { "“\(text)”: \(reason)" }
}
