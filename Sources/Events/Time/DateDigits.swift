/// Year, month and day as digits at the beginning of a text: `YYYY-MM-DD`.
struct DateDigits {
    let year: Int
    let month: Int
    let day: Int

    /// Nil where the text does not begin so. Nothing is said about whether there is such a day.
    init?(_ text: Span<UInt8>) {
        guard text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { return nil }
        let year = text.decimal(at: 0, count: 4)
        let month = text.decimal(at: 5, count: 2)
        let day = text.decimal(at: 8, count: 2)
        guard year >= 0, month >= 0, day >= 0 else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days since 1970-01-01.
    func dayNumber(in text: Span<UInt8>) throws(TimeError) -> Int32 {
        guard year >= 1 else {
            throw DateDigits.error(.yearOutOfRange, text, "there is no year 0000; years go from 0001 to 9999")
        }
        guard (1...12).contains(month), day >= 1, day <= LocalDay.days(inMonth: month, of: year) else {
            throw DateDigits.error(.noSuchDay, text, "the calendar has no such day")
        }
        return LocalDay.number(year: year, month: month, day: day)
    }

    static func error(_ code: TimeError.Code, _ text: Span<UInt8>, _ reason: String) -> TimeError {
        var bytes: [UInt8] = []
        for index in 0..<min(text.count, 60) { bytes.append(text[index]) }
        return TimeError(code: code, text: String(decoding: bytes, as: UTF8.self), reason: reason)
    }
}

extension Span<UInt8> {
    /// A number of so many digits at a place, or -1 where something else stands there.
    @inline(__always)
    func decimal(at start: Int, count: Int) -> Int {
        var value = 0
        var index = start
        while index < start + count {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return -1 }
            value = value * 10 + Int(digit)
            index += 1
        }
        return value
    }
}

extension [UInt8] {
    /// Appends a number with leading zeros.
    mutating func appendDecimal(_ value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
