extension Array where Element == UInt8 {
    /// Appends a byte of a JSON string's content, escaped where JSON wants it.
    @inline(__always)
    mutating func appendEscaped(_ byte: UInt8) {
        if byte >= 0x20 && byte != 0x22 && byte != 0x5C {
            append(byte)
        } else {
            appendEscape(byte)
        }
    }

    @inline(never)
    private mutating func appendEscape(_ byte: UInt8) {
        append(0x5C)
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            let digits: [UInt8] = Array("0123456789abcdef".utf8)
            append(contentsOf: "u00".utf8)
            append(digits[Int(byte >> 4)])
            append(digits[Int(byte & 15)])
        }
    }

    /// Appends a text as a JSON string.
    mutating func appendJSONString(_ text: some Sequence<UInt8>) {
        append(UInt8(ascii: "\""))
        for byte in text { appendEscaped(byte) }
        append(UInt8(ascii: "\""))
    }

    /// Appends a text as a JSON string.
    mutating func appendJSONString(_ text: String) {
        appendJSONString(text.utf8)
    }
}
