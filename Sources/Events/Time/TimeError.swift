/// Why a text is no time, date or zone that Daybook takes.
public struct TimeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, for programs.
    public enum Code: String, Sendable, CaseIterable {
        case malformed
        case missingZone = "missing_zone"
        case noSuchDay = "no_such_day"
        case noSuchTime = "no_such_time"
        case leapSecond = "leap_second"
        case tooFine = "too_fine"
        case yearOutOfRange = "year_out_of_range"
        case unknownZone = "unknown_zone"
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
    public var description: String {
        "“\(text)”: \(reason)"
    }
}
