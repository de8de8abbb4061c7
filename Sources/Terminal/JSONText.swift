public import Events
import Glibc

/// JSON as answers are printed: members in the order of the contract, doubles with at most twelve significant
/// digits, so that the same answer is the same bytes everywhere.
public enum JSONText {
    /// In one line, without spaces.
    public static func compact(_ value: JSONValue) -> String {
        var text = ""
        write(value, into: &text, indent: nil)
        return text
    }

    /// With one member a line, indented by two spaces.
    public static func pretty(_ value: JSONValue) -> String {
        var text = ""
        write(value, into: &text, indent: 0)
        return text
    }

    /// A number with at most twelve significant digits, whole numbers without a point.
    public static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 {
            return String(Int64(value))
        }
        let rounded = significant(value)
        let text = String(rounded)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The nearest double that twelve significant digits can name.
    private static func significant(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value }
        let text = String(abs(value))
        let digits = text.prefix { $0 != "e" }.filter { $0 != "." }.drop { $0 == "0" }
        guard digits.count > 12 else { return value }
        return Double(rounding(value)) ?? value
    }

    /// The value in scientific notation with eleven decimals.
    private static func rounding(_ value: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 40)
        // Unsafe: the C library rounds decimals correctly; the buffer is larger than any double in this form.
        let length = unsafe withVaList([value]) { unsafe vsnprintf(&buffer, buffer.count, "%.11e", $0) }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func write(_ value: JSONValue, into text: inout String, indent: Int?) {
        switch value {
        case .null: text += "null"
        case .bool(let truth): text += truth ? "true" : "false"
        case .number(let number): text += JSONText.number(number)
        case .string(let string): writeString(string, into: &text)
        case .array(let elements):
            writeList(elements, brackets: ("[", "]"), into: &text, indent: indent) { element, text, indent in
                write(element, into: &text, indent: indent)
            }
        case .object(let object):
            writeList(Array(object), brackets: ("{", "}"), into: &text, indent: indent) {
                member, text, indent in
                writeString(member.name, into: &text)
                text += indent == nil ? ":" : ": "
                write(member.value, into: &text, indent: indent)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], brackets: (String, String), into text: inout String, indent: Int?,
        each: (Element, inout String, Int?) -> Void
    ) {
        text += brackets.0
        for (place, element) in elements.enumerated() {
            if place > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: " ", count: indent + 2) }
            each(element, &text, indent.map { $0 + 2 })
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += brackets.1
    }

    private static func writeString(_ string: String, into text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                // Also what a terminal would obey, so that JSON can be shown as it is.
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
