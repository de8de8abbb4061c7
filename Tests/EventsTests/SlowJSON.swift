import Events

/// A second reader of JSON, written for clearness only: what ``JSONReader`` takes and refuses is compared
/// with it. Nil means refused.
struct SlowJSON {
    private let bytes: [UInt8]
    private var index = 0

    static func read(_ bytes: [UInt8]) -> JSONValue? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var reader = SlowJSON(bytes: bytes)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpaces()
        guard reader.index == bytes.count else { return nil }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpaces() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func value(depth: Int) -> JSONValue? {
        skipSpaces()
        guard let byte = peek else { return nil }
        switch byte {
        case UInt8(ascii: "{"): return object(depth: depth + 1)
        case UInt8(ascii: "["): return array(depth: depth + 1)
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "t"): return literal("true", .bool(true))
        case UInt8(ascii: "f"): return literal("false", .bool(false))
        case UInt8(ascii: "n"): return literal("null", .null)
        default: return number()
        }
    }

    private mutating func literal(_ text: String, _ value: JSONValue) -> JSONValue? {
        guard take(text) else { return nil }
        return value
    }

    private mutating func object(depth: Int) -> JSONValue? {
        guard depth <= JSONReader.maximumDepth else { return nil }
        index += 1
        var object = JSONObject()
        skipSpaces()
        if take("}") { return .object(object) }
        repeat {
            skipSpaces()
            guard peek == UInt8(ascii: "\""), let name = string() else { return nil }
            skipSpaces()
            // Names are compared by their scalars, as JSON has it, and not by canonical equivalence.
            let isNew = !object.keys.contains { $0.unicodeScalars.elementsEqual(name.unicodeScalars) }
            guard take(":"), isNew, let member = value(depth: depth) else { return nil }
            object[name] = member
            skipSpaces()
        } while take(",")
        return literal("}", .object(object))
    }

    private mutating func array(depth: Int) -> JSONValue? {
        guard depth <= JSONReader.maximumDepth else { return nil }
        index += 1
        var elements: [JSONValue] = []
        skipSpaces()
        if take("]") { return .array(elements) }
        repeat {
            guard let element = value(depth: depth) else { return nil }
            elements.append(element)
            skipSpaces()
        } while take(",")
        return literal("]", .array(elements))
    }

    private mutating func string() -> String? {
        index += 1
        var units: [UInt16] = []
        while let byte = peek {
            let start = index
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(validating: units, as: UTF16.self)
            case UInt8(ascii: "\\"):
                guard let letter = peek else { return nil }
                index += 1
                guard let unit = escape(letter) else { return nil }
                units.append(unit)
            case 0..<0x20: return nil
            default:
                while let more = peek, more & 0xC0 == 0x80 { index += 1 }
                units.append(contentsOf: String(decoding: bytes[start..<index], as: UTF8.self).utf16)
            }
        }
        return nil
    }

    private mutating func escape(_ letter: UInt8) -> UInt16? {
        switch letter {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(letter)
        case UInt8(ascii: "u"):
            guard index + 4 <= bytes.count else { return nil }
            let digits = bytes[index..<index + 4]
            index += 4
            let isPlain = digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
            return isPlain ? UInt16(String(decoding: digits, as: UTF8.self), radix: 16) : nil
        default: return nil
        }
    }

    private mutating func number() -> JSONValue? {
        let start = index
        while let byte = peek, "+-.eE0123456789".utf8.contains(byte) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil,
            let number = Double(text), number.isFinite,
            SlowJSON.digits(text) == SlowJSON.digits(number.description)
        else { return nil }
        return .number(number == 0 ? 0 : number)
    }

    /// The sign, digits without zeros at the ends, and power of ten of a decimal: equal for equal numbers.
    private static func digits(_ text: String) -> String {
        let parts = text.lowercased().split(separator: "e")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var digits = String(mantissa[0]) + fraction
        // Exponents of tests are small or absurd; an absurd one never equals that of a double's text.
        var exponent =
            (parts.count > 1 ? Int(parts[1].drop { $0 == "+" }) ?? 1_000_000_000 : 0) - fraction.count
        while digits.hasSuffix("0") {
            digits.removeLast()
            exponent += 1
        }
        digits = String(digits.drop { $0 == "0" })
        return digits.isEmpty ? "0" : (text.hasPrefix("-") ? "-" : "") + digits + "e\(exponent)"
    }
}
