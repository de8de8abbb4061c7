import Events

/// Texts that are numbers, as amounts of money are.
enum DecimalText {
    /// Whole numbers below this, and decimals of so many digits, are the same at 12 significant digits.
    private static let exactLimit = 1e12
    private static let exactDigits = 12

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
    ]

    /// What ``ValueComparison/decimal(_:)`` says of a text; most texts are told at a glance.
    static func number(_ text: Span<UInt8>) -> Double? {
        guard text.count > 0 else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        guard index < text.count, isDigit(text[index]) else {
            // Only strange spellings are left, such as -inf.
            return isNegative && text.count > 1 ? slowly(text) : nil
        }
        var (mantissa, digits, decimals): (Int64, Int, Int) = (0, 0, -1)
        while index < text.count {
            let byte = text[index]
            if isDigit(byte) {
                digits += 1
                guard digits <= exactDigits else { return slowly(text) }
                mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
                if decimals >= 0 { decimals += 1 }
            } else if byte == UInt8(ascii: "."), decimals < 0 {
                decimals = 0
            } else {
                return mayBeNumber(byte) ? slowly(text) : nil
            }
            index += 1
        }
        guard decimals != 0 else { return slowly(text) }
        let number = Double(mantissa) / powers[max(decimals, 0)]
        return isNegative ? -number : number
    }

    /// A number at 12 significant digits.
    static func rounded(_ number: Double) -> Double {
        abs(number) < exactLimit && number == number.rounded() ? number : number.rounded12
    }

    private static func slowly(_ text: Span<UInt8>) -> Double? {
        ValueComparison.decimal(.string(text.text))
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Whether a number may go on so behind a digit: an exponent, or hexadecimal digits. A NUL ends what Swift reads.
    private static func mayBeNumber(_ byte: UInt8) -> Bool {
        byte == 0 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
            || byte == UInt8(ascii: "x") || byte == UInt8(ascii: "X")
    }
}

/// Numbers as whole numbers of the same order.
enum NumberOrder {
    /// The place of a number among all, which must not be NaN. The zeros are one.
    static func code(_ number: Double) -> UInt64 {
        let bits = (number == 0 ? 0.0 : number).bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    /// By how many bits the codes from one to another are shortened to so many bits.
    static func shift(from first: UInt64, to last: UInt64, bits: Int) -> Int {
        max(0, 64 - (last - first).leadingZeroBitCount - bits)
    }
}
