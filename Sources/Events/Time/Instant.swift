/// A moment, to the microsecond.
@frozen
public struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// A moment so many microseconds after 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// 0001-01-01T00:00:00Z: the time of a ledger's opening event.
    public static let first = Instant(microseconds: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z.
    public static let last = Instant(microseconds: 253_402_300_799_999_999)

    /// Reads an RFC 3339 date-time, strictly: see ``init(parsing:)-(Span<UInt8>)``.
    public init(parsing text: String) throws(TimeError) {
        try self.init(parsing: text.utf8.span)
    }

    /// Reads an RFC 3339 date-time, strictly.
    ///
    /// The offset is required (`Z` or `±hh:mm`; `-00:00`, which says that the local offset is unknown, counts
    /// as UTC), `t` and `z` may be small as the RFC allows, at most six decimals, years 0001 to 9999 both as
    /// written and in UTC. A second 60 is refused: 64-bit microseconds have no place for it.
    public init(parsing text: Span<UInt8>) throws(TimeError) {
        guard text.count >= 19, let date = DateDigits(text), Self.isLetter(text[10], "t"),
            text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":")
        else { throw Self.malformed(text) }
        let day = Int64(try date.dayNumber(in: text))
        let hour = text.decimal(at: 11, count: 2)
        let minute = text.decimal(at: 14, count: 2)
        let second = text.decimal(at: 17, count: 2)
        guard hour >= 0, minute >= 0, second >= 0 else { throw Self.malformed(text) }
        guard hour < 24, minute < 60, second < 60 else { throw Self.noSuchTime(text, hour, minute, second) }
        var index = 19
        let fraction = try Self.fraction(text, &index)
        let offset = try Self.offset(text, &index)
        let seconds = day * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset * 60)
        microseconds = seconds * 1_000_000 + fraction
        guard self >= Self.first, self <= Self.last else {
            throw DateDigits.error(
                .yearOutOfRange, text, "in UTC this is before the year 0001 or after the year 9999")
        }
    }

    /// Decimals of the second, in microseconds.
    private static func fraction(_ text: Span<UInt8>, _ index: inout Int) throws(TimeError) -> Int64 {
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return 0 }
        index += 1
        let start = index
        var value: Int64 = 0
        while index < text.count, text[index] &- UInt8(ascii: "0") < 10 {
            if index - start < 6 { value = value * 10 + Int64(text[index] - UInt8(ascii: "0")) }
            index += 1
        }
        let places = index - start
        guard places > 0 else { throw malformed(text) }
        guard places <= 6 else {
            throw DateDigits.error(
                .tooFine, text, "at most six decimals of a second are kept; round it to microseconds")
        }
        for _ in places..<6 { value *= 10 }
        return value
    }

    /// The offset from UTC in minutes; it must end the text.
    private static func offset(_ text: Span<UInt8>, _ index: inout Int) throws(TimeError) -> Int {
        guard index < text.count else {
            throw DateDigits.error(
                .missingZone, text, "the zone is missing: add Z or an offset such as +08:00")
        }
        if isLetter(text[index], "z") {
            guard index + 1 == text.count else { throw malformed(text) }
            return 0
        }
        let sign = text[index] == UInt8(ascii: "+") ? 1 : text[index] == UInt8(ascii: "-") ? -1 : 0
        guard sign != 0, text.count == index + 6, text[index + 3] == UInt8(ascii: ":") else {
            throw malformed(text)
        }
        let hours = text.decimal(at: index + 1, count: 2)
        let minutes = text.decimal(at: index + 4, count: 2)
        guard hours >= 0, minutes >= 0 else { throw malformed(text) }
        guard hours < 24, minutes < 60 else {
            throw DateDigits.error(.noSuchTime, text, "offsets go from -23:59 to +23:59")
        }
        return sign * (hours * 60 + minutes)
    }

    private static func isLetter(_ byte: UInt8, _ letter: Unicode.Scalar) -> Bool {
        byte | 0x20 == UInt8(ascii: letter)
    }

    private static func malformed(_ text: Span<UInt8>) -> TimeError {
        if text.count == 10, DateDigits(text) != nil {
            return DateDigits.error(
                .malformed, text, "this is a date; expected a time like 2026-11-22T07:16:27Z")
        }
        return DateDigits.error(.malformed, text, "expected an RFC 3339 time like 2026-11-22T07:16:27Z")
    }

    private static func noSuchTime(
        _ text: Span<UInt8>, _ hour: Int, _ minute: Int, _ second: Int
    ) -> TimeError {
        if second == 60, hour < 24, minute < 60 {
            return DateDigits.error(
                .leapSecond, text,
                "second 60 (a leap second) cannot be kept; send second 59 or the next minute")
        }
        if hour == 24, minute == 0, second == 0 {
            return DateDigits.error(.noSuchTime, text, "24:00 is written as 00:00 of the next day")
        }
        return DateDigits.error(.noSuchTime, text, "no day has such a time")
    }

    /// Earlier first.
    public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC with as many decimals as needed, in threes: `2026-11-22T07:16:27.123Z`.
    public var description: String {
        let fraction = fractionAndSeconds.fraction
        let places = fraction == 0 ? 0 : fraction % 1000 == 0 ? 3 : 6
        return String(decoding: bytes(places: places), as: UTF8.self)
    }

    /// RFC 3339 in UTC, always with six decimals: 27 bytes whose order is that of time.
    public var fixedWidthText: String { String(decoding: fixedWidthBytes, as: UTF8.self) }

    /// The bytes of ``fixedWidthText``.
    public var fixedWidthBytes: [UInt8] { bytes(places: 6) }

    private var fractionAndSeconds: (seconds: Int64, fraction: Int) {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? (quotient - 1, Int(remainder) + 1_000_000) : (quotient, Int(remainder))
    }

    private func bytes(places: Int) -> [UInt8] {
        let (seconds, fraction) = fractionAndSeconds
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = Int(seconds - days * 86_400)
        let (year, month, day) = LocalDay(number: Int32(days)).date
        var text: [UInt8] = []
        text.reserveCapacity(27)
        text.appendDecimal(year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(day, width: 2)
        text.append(UInt8(ascii: "T"))
        text.appendDecimal(rest / 3600, width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(rest / 60 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(rest % 60, width: 2)
        if places > 0 {
            text.append(UInt8(ascii: "."))
            text.appendDecimal(places == 3 ? fraction / 1000 : fraction, width: places)
        }
        text.append(UInt8(ascii: "Z"))
        return text
    }
}
