/// Why a text is not the JSON that Daybook takes.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, for programs.
    public enum Code: String, Sendable, CaseIterable {
        case empty
        case byteOrderMark = "byte_order_mark"
        case utf16
        case invalidUTF8 = "invalid_utf8"
        case controlCharacter = "control_character"
        case unclosedString = "unclosed_string"
        case truncated
        case trailingText = "trailing_text"
        case badLiteral = "bad_literal"
        case badNumber = "bad_number"
        case numberRange = "number_range"
        case numberPrecision = "number_precision"
        case badEscape = "bad_escape"
        case loneSurrogate = "lone_surrogate"
        case duplicateName = "duplicate_name"
        case tooDeep = "too_deep"
        case expectedValue = "expected_value"
        case expectedName = "expected_name"
        case expectedColon = "expected_colon"
        case expectedComma = "expected_comma"
        case tooLong = "too_long"
    }

    /// What is wrong, for programs.
    public let code: Code
    /// What is wrong and what to do about it, for people.
    public let reason: String
    /// Where in the text it is: bytes from the beginning.
    public let byteOffset: Int
    /// The JSON Pointer (RFC 6901) of the value that was being read.
    public let pointer: String

    /// An error at a place.
    public init(code: Code, reason: String, byteOffset: Int, pointer: String = "") {
        self.code = code
        self.reason = reason
        self.byteOffset = byteOffset
        self.pointer = pointer
    }

    /// The error as one sentence.
    public var description: String {
        let place = pointer.isEmpty ? "at byte \(byteOffset)" : "at byte \(byteOffset), \(pointer)"
        return "not valid JSON \(place): \(reason)"
    }
}

extension JSONError.Code {
    /// The sentence for people.
    var reason: String {
        switch self {
        case .empty: "there is no text; expected one JSON value"
        case .byteOrderMark: "the text begins with a byte order mark; save it as UTF-8 without one"
        case .utf16: "the text is UTF-16; convert it to UTF-8"
        case .invalidUTF8: "these bytes are not UTF-8; convert the text to UTF-8"
        case .controlCharacter: "a control character stands unescaped in a string; write it as \\u00XX"
        case .unclosedString: "the text ends inside the string that begins here"
        case .truncated: "the text ends before the value does"
        case .trailingText: "more text follows the value; put one value on a line"
        case .badLiteral:
            "this is no JSON value; expected a string, number, object, array, true, false or null"
        case .badNumber: "this is no JSON number; write it like -12.5 or 1e3, without leading zeros or plus"
        case .numberRange: "the number is too large or too small for an IEEE double; send it as a string"
        case .numberPrecision: "the number has more digits than an IEEE double keeps; send it as a string"
        case .badEscape: "an escape sequence is not one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"
        case .loneSurrogate: "half of a UTF-16 surrogate pair stands alone; it is no character"
        case .duplicateName: "the object has this member already; names must be unique"
        case .tooDeep: "arrays and objects are nested deeper than \(JSONReader.maximumDepth) levels"
        case .expectedValue: "expected a value"
        case .expectedName: "expected a member's name in double quotes"
        case .expectedColon: "expected a colon behind the member's name"
        case .expectedComma: "expected a comma or the end of the array or object"
        case .tooLong: "the text is longer than 1 GiB"
        }
    }
}
