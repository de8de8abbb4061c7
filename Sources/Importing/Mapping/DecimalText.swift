/// A decimal number as it was written, exact: coefficient × 10^-places.
struct DecimalText: Equatable {
    /// At most 30 digits, so that one more power of ten always fits.
    private(set) var coefficient: Int128
    private(set) var places: Int

    private static let limit: Int128 = 1_000_000_000_000_000_000_000_000_000_000

    init(coefficient: Int128, places: Int) {
        self.coefficient = coefficient
        self.places = places
    }

    /// Reads digits with a sign, a point and an exponent; nil where the text is something else or too long.
    ///
    /// - Parameter mark: The decimal mark. If given, the other of comma and point, blanks and apostrophes group
    ///   digits and are dropped; if nil, only a point is read and nothing is dropped.
    init?(_ text: some Sequence<UInt8>, mark: UInt8? = nil) {
        var coefficient: Int128 = 0
        var places = 0
        var exponent = 0
        var exponentDigits = 0
        var hasExponentSign = false
        var exponentSign = 1
        var digits = 0
        var isNegative = false
        var isFraction = false
        var isExponent = false
        var isFirst = true
        for byte in text {
            defer { isFirst = false }
            switch byte {
            case 0x30...0x39:
                if isExponent {
                    exponent = exponent * 10 + Int(byte - 0x30)
                    exponentDigits += 1
                    guard exponent <= 60 else { return nil }
                } else {
                    coefficient = coefficient * 10 + Int128(byte - 0x30)
                    guard coefficient < Self.limit else { return nil }
                    digits += 1
                    if isFraction { places += 1 }
                }
            case UInt8(ascii: "-"), UInt8(ascii: "+"):
                if isFirst {
                    isNegative = byte == UInt8(ascii: "-")
                } else if isExponent && exponentDigits == 0 && !hasExponentSign {
                    hasExponentSign = true
                    exponentSign = byte == UInt8(ascii: "-") ? -1 : 1
                } else {
                    return nil
                }
            case mark ?? UInt8(ascii: "."):
                guard !isFraction && !isExponent else { return nil }
                isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard digits > 0 && !isExponent else { return nil }
                isExponent = true
            case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "'"), 0x20:
                guard mark != nil && !isFraction && !isExponent else { return nil }
            default: return nil
            }
        }
        guard digits > 0, !isExponent || exponentDigits > 0 else { return nil }
        self.coefficient = isNegative ? -coefficient : coefficient
        self.places = places
        guard shift(by: exponent * exponentSign) else { return nil }
    }

    /// Moves the decimal point that many digits to the right; false where the number gets too long.
    mutating func shift(by digits: Int) -> Bool {
        places -= digits
        while places < 0 {
            guard coefficient.magnitude < UInt128(Self.limit) / 10 else { return false }
            coefficient *= 10
            places += 1
        }
        return places <= 60
    }

    mutating func negate() { coefficient = -coefficient }
    mutating func makePositive() { coefficient = abs(coefficient) }

    /// Cuts or fills to exactly so many places; false where digits would fall away and `rounding` forbids it, or
    /// where the number gets too long.
    mutating func setPlaces(_ target: Int, _ rounding: Rounding) -> Bool {
        guard rounding != .reject || places <= target else { return false }
        while places < target {
            guard coefficient.magnitude < UInt128(Self.limit) / 10 else { return false }
            coefficient *= 10
            places += 1
        }
        guard places > target else { return true }
        var divisor: Int128 = 1
        while places > target {
            if divisor > Self.limit {
                // So many digits fall away that nothing is left of the number.
                coefficient = 0
                places = target
                return true
            }
            divisor *= 10
            places -= 1
        }
        let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
        coefficient = quotient + step(remainder, divisor, quotient, rounding)
        return true
    }

    private func step(_ remainder: Int128, _ divisor: Int128, _ quotient: Int128, _ rounding: Rounding)
        -> Int128
    {
        let away: Int128 = remainder < 0 ? -1 : 1
        let twice = remainder.magnitude * 2
        switch rounding {
        case .halfUp: return twice >= divisor.magnitude ? away : 0
        case .halfEven:
            if twice == divisor.magnitude { return quotient % 2 == 0 ? 0 : away }
            return twice > divisor.magnitude ? away : 0
        case .down, .reject: return 0
        }
    }

    /// Leaves out zeros at the end of the fraction.
    mutating func trimZeros() {
        while places > 0 && coefficient % 10 == 0 {
            coefficient /= 10
            places -= 1
        }
    }

    var value: Double {
        var value = Double(coefficient)
        var rest = places
        while rest > 0 {
            let step = min(rest, 18)
            var power = 1.0
            for _ in 0..<step { power *= 10 }
            value /= power
            rest -= step
        }
        return value
    }

    /// All digits, a point where there are places, a minus in front where negative (never of zero).
    func append(to output: inout [UInt8]) {
        var digits: [UInt8] = []
        var rest = coefficient.magnitude
        repeat {
            digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0 || digits.count <= places
        if coefficient < 0 { output.append(UInt8(ascii: "-")) }
        for index in digits.indices.reversed() {
            output.append(digits[index])
            if index == places && places > 0 { output.append(UInt8(ascii: ".")) }
        }
    }
}
