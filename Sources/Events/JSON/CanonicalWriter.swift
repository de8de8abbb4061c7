// Unsafe: writes into the spare room of the output and copies strings from the reader's text, both within
// bounds computed before.
import CSimdJSON

/// Writes RFC 8785 canonical JSON.
public struct CanonicalWriter {
    /// Something to put into an object that is written.
    public struct Member: Sendable {
        /// The member's name.
        public let name: String
        /// The member's value as canonical JSON.
        public let canonicalValue: [UInt8]

        /// A member whose value is a string.
        public init(_ name: String, string: String) {
            self.name = name
            var bytes: [UInt8] = []
            CanonicalWriter.write(string, to: &bytes)
            canonicalValue = bytes
        }

        /// A member with any value.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            var bytes: [UInt8] = []
            CanonicalWriter.write(value, to: &bytes)
            canonicalValue = bytes
        }
    }

    /// A writer.
    public init() {}

    /// Appends a node of a parsed text as canonical JSON.
    public mutating func write(_ reader: JSONReader, _ node: Int, to output: inout [UInt8]) {
        CanonicalWriter.write(reader.value(node), to: &output)
    }

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
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            output.append(UInt8(ascii: "\\"))
            output.append(byte)
        case 0x08: output.append(contentsOf: "\\b".utf8)
        case 0x09: output.append(contentsOf: "\\t".utf8)
        case 0x0A: output.append(contentsOf: "\\n".utf8)
        case 0x0C: output.append(contentsOf: "\\f".utf8)
        case 0x0D: output.append(contentsOf: "\\r".utf8)
        case 0x00..<0x20:
            let digits = String(byte, radix: 16)
            output.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
            output.append(contentsOf: digits.utf8)
        default: output.append(byte)
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
    public var canonicalText: String {
        String(decoding: canonicalBytes, as: UTF8.self)
    }
}
