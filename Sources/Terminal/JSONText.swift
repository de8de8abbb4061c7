public import Events

/// JSON as answers are printed: members in the order of the contract, doubles with at most twelve significant
/// digits, so that the same answer is the same bytes everywhere.
public enum JSONText {
    /// In one line, without spaces.
    public static func compact(_ value: JSONValue) -> String {
        text { write(value, into: &$0, indent: nil) }
    }

    /// With one member a line, indented by two spaces.
    public static func pretty(_ value: JSONValue) -> String {
        pretty(value, indent: 0)
    }

    /// The same for a value that stands inside another: lines after the first are indented by so many spaces more.
    public static func pretty(_ value: JSONValue, indent: Int) -> String {
        text { write(value, into: &$0, indent: indent) }
    }

    /// A number with at most twelve significant digits, whole numbers without a point.
    public static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 {
            return String(Int64(value))
        }
        let text = String(value.rounded12)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ value: JSONValue, into bytes: inout [UInt8], indent: Int?) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let truth): bytes.append(contentsOf: (truth ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: JSONText.number(number).utf8)
        case .string(let string): write(string, into: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                separate(place, &bytes, indent: indent)
                write(element, into: &bytes, indent: indent.map { $0 + 2 })
            }
            close("]", isEmpty: elements.isEmpty, &bytes, indent: indent)
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in object.enumerated() {
                separate(place, &bytes, indent: indent)
                write(member.name, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                if indent != nil { bytes.append(UInt8(ascii: " ")) }
                write(member.value, into: &bytes, indent: indent.map { $0 + 2 })
            }
            close("}", isEmpty: object.isEmpty, &bytes, indent: indent)
        }
    }

    private static func separate(_ place: Int, _ bytes: inout [UInt8], indent: Int?) {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        if let indent { breakLine(&bytes, indent + 2) }
    }

    private static func close(_ bracket: String, isEmpty: Bool, _ bytes: inout [UInt8], indent: Int?) {
        if let indent, !isEmpty { breakLine(&bytes, indent) }
        bytes.append(contentsOf: bracket.utf8)
    }

    private static func breakLine(_ bytes: inout [UInt8], _ indent: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    private static func write(_ string: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain = string.utf8.allSatisfy { byte in
            byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        if isPlain {
            bytes.append(contentsOf: string.utf8)
        } else {
            for scalar in string.unicodeScalars { write(scalar, into: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func write(_ scalar: Unicode.Scalar, into bytes: inout [UInt8]) {
        switch scalar {
        case "\"": bytes.append(contentsOf: "\\\"".utf8)
        case "\\": bytes.append(contentsOf: "\\\\".utf8)
        case "\n": bytes.append(contentsOf: "\\n".utf8)
        case "\r": bytes.append(contentsOf: "\\r".utf8)
        case "\t": bytes.append(contentsOf: "\\t".utf8)
        case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
            // Also what a terminal would obey, so that JSON can be shown as it is.
            let digits = String(scalar.value, radix: 16)
            bytes.append(contentsOf: "\\u".utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.count))
            bytes.append(contentsOf: digits.utf8)
        default: bytes.append(contentsOf: UTF8.encode(scalar)?.map(\.self) ?? [])
        }
    }
}
