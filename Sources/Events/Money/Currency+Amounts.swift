/// Amounts and rates are decimal strings outside and integers of minor units inside; never doubles.
extension Currency {
    /// Reads an amount: digits with at most ``digits`` places behind a point, with a minus in front where
    /// negative. No plus, no exponent, no grouping; more places than the currency has are refused, even zeros.
    public func minorUnits(parsing text: String) throws(MoneyError) -> Int64 {
        try minorUnits(parsing: text.utf8.span)
    }

    /// Reads an amount: see ``minorUnits(parsing:)-(String)``.
    public func minorUnits(parsing text: Span<UInt8>) throws(MoneyError) -> Int64 {
        let decimal = try PlainDecimal(text, kind: "an amount")
        guard decimal.places <= digits else {
            throw PlainDecimal.error(
                .tooManyPlaces, text,
                digits == 0
                    ? "\(code) has no decimal places; round it before"
                    : "\(code) has \(digits) decimal places; round it before")
        }
        var magnitude = decimal.magnitude
        for _ in decimal.places..<digits { magnitude *= 10 }
        guard let minor = Int64(exactly: decimal.isNegative ? -magnitude : magnitude) else {
            throw PlainDecimal.error(.tooLarge, text, "the amount has more digits than 64 bits hold")
        }
        return minor
    }

    /// An amount with all decimal places of the currency: `12.30`, or `12` where it has none.
    public func text(ofMinorUnits minor: Int64) -> String {
        let magnitude = String(minor.magnitude)
        let sign = minor < 0 ? "-" : ""
        guard digits > 0 else { return sign + magnitude }
        let padded = String(repeating: "0", count: max(0, digits + 1 - magnitude.count)) + magnitude
        return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }

    /// Converts an amount of this currency at a rate: units of `target` for one unit of this. Exact, then
    /// rounded to minor units of `target`, ties away from zero (DOMAIN.md 1.3: half up).
    public func convert(_ minor: Int64, at rate: ExchangeRate, to target: Currency) throws(MoneyError)
        -> Int64
    {
        // minor / 10^digits × rate / 10^places × 10^target.digits
        let shift = digits + rate.places - target.digits
        var product = Int128(minor) * Int128(rate.numerator)
        if shift < 0 {
            for _ in 0..<(-shift) {
                let (larger, overflow) = product.multipliedReportingOverflow(by: 10)
                guard !overflow else { throw tooLarge(minor, rate, target) }
                product = larger
            }
        } else {
            var divisor: Int128 = 1
            for _ in 0..<shift { divisor *= 10 }
            let (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
            let isHalf = remainder.magnitude * 2 >= divisor.magnitude
            product = isHalf ? quotient + (product < 0 ? -1 : 1) : quotient
        }
        guard let converted = Int64(exactly: product) else { throw tooLarge(minor, rate, target) }
        return converted
    }

    private func tooLarge(_ minor: Int64, _ rate: ExchangeRate, _ target: Currency) -> MoneyError {
        MoneyError(
            code: .tooLarge, text: text(ofMinorUnits: minor),
            reason: "converted from \(code) to \(target.code) the amount has more digits than 64 bits hold")
    }

    /// Converts an amount of this currency at a rate given as a decimal string.
    public func convert(_ minor: Int64, fx: String, to target: Currency) throws(MoneyError) -> Int64 {
        try convert(minor, at: ExchangeRate(parsing: fx), to: target)
    }
}

/// Units of one currency for one unit of another: a positive decimal with up to 12 places, kept exactly.
public struct ExchangeRate: Hashable, Sendable {
    /// The rate times 10^``places``.
    public let numerator: Int64
    /// Decimal places, 0 to 12.
    public let places: Int

    /// Reads a rate: a positive decimal string with at most 12 places and 18 digits.
    public init(parsing text: String) throws(MoneyError) {
        try self.init(parsing: text.utf8.span)
    }

    /// Reads a rate: a positive decimal string with at most 12 places and 18 digits.
    public init(parsing text: Span<UInt8>) throws(MoneyError) {
        let decimal = try PlainDecimal(text, kind: "an exchange rate")
        guard decimal.places <= 12 else {
            throw PlainDecimal.error(.tooManyPlaces, text, "exchange rates have at most 12 decimal places")
        }
        guard !decimal.isNegative, decimal.magnitude > 0 else {
            throw PlainDecimal.error(.notDecimal, text, "an exchange rate is greater than zero")
        }
        guard let numerator = Int64(exactly: decimal.magnitude) else {
            throw PlainDecimal.error(.tooLarge, text, "the rate has more than 18 digits")
        }
        self.numerator = numerator
        places = decimal.places
    }
}

/// A decimal number without an exponent, taken apart.
struct PlainDecimal {
    var isNegative = false
    var magnitude: Int128 = 0
    var places = 0

    init(_ text: Span<UInt8>, kind: String) throws(MoneyError) {
        var index = 0
        if text.count > 0, text[0] == UInt8(ascii: "-") {
            isNegative = true
            index = 1
        }
        let start = index
        try take(text, &index)
        var isDecimal = index > start && !(text[start] == UInt8(ascii: "0") && index > start + 1)
        if isDecimal, index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            let point = index
            try take(text, &index)
            places = index - point
            isDecimal = places > 0
        }
        guard isDecimal, index == text.count else {
            throw PlainDecimal.error(.notDecimal, text, "expected \(kind) as a plain decimal like 12.34")
        }
    }

    private mutating func take(_ text: Span<UInt8>, _ index: inout Int) throws(MoneyError) {
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return }
            magnitude = magnitude * 10 + Int128(digit)
            guard magnitude < 1_000_000_000_000_000_000_000_000_000_000 else {
                throw PlainDecimal.error(.tooLarge, text, "the number has more than 30 digits")
            }
            index += 1
        }
    }

    static func error(_ code: MoneyError.Code, _ text: Span<UInt8>, _ reason: String) -> MoneyError {
        var bytes: [UInt8] = []
        for index in 0..<min(text.count, 60) { bytes.append(text[index]) }
        return MoneyError(code: code, text: String(decoding: bytes, as: UTF8.self), reason: reason)
    }
}
