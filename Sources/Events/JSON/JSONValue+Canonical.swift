// Unsafe: lends C a small buffer for the digits of a number.
import CSimdJSON

/// Writes RFC 8785 canonical JSON piece by piece.
public enum CanonicalWriter {
    /// Appends a value as canonical JSON. Numbers must be finite.
    public static func write(_ value: JSONValue, to output: inout [UInt8]) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let truth): output.append(contentsOf: (truth ? "true" : "false").utf8)
        case .number(let number): write(number, to: &output)
        case .string(let string): write(string, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(element, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            let sorted = object.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                write(member.value, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a number in the form of ECMAScript. It must be finite.
    public static func write(_ number: Double, to output: inout [UInt8]) {
        precondition(number.isFinite, "JSON has no infinity and no NaN")
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            guard let base = buffer.baseAddress else { return }
            let count = unsafe json_number_write(number, base)
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
        }
    }

    /// Appends a string in quotes, with the escapes that RFC 8785 prescribes and no others.
    public static func write(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 { writeEscaped(byte, to: &output) }
        output.append(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            output.append(byte)
        } else if let letter = shortEscape(byte) {
            output.append(UInt8(ascii: "\\"))
            output.append(letter)
        } else {
            output.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
            output.append(contentsOf: String(byte, radix: 16).utf8)
        }
    }

    /// The letter behind the backslash, for the characters that have one.
    static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }
}

extension JSONValue {
    /// The value as RFC 8785 canonical JSON.
    public var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        CanonicalWriter.write(self, to: &bytes)
        return bytes
    }

    /// The value as RFC 8785 canonical JSON.
    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }
}
