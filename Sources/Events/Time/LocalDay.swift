/// A day of the proleptic Gregorian calendar, in whatever zone: what a date without a time names.
@frozen
public struct LocalDay: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Days since 1970-01-01.
    public let number: Int32

    /// The day so many days after 1970-01-01.
    public init(number: Int32) { self.number = number }

    /// A day from its date; nil where the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= LocalDay.days(inMonth: month, of: year)
        else { return nil }
        number = LocalDay.number(year: year, month: month, day: day)
    }

    /// Reads `YYYY-MM-DD`, years 0001 to 9999.
    public init(parsing text: String) throws(TimeError) {
        try self.init(parsing: text.utf8.span)
    }

    /// Reads `YYYY-MM-DD`, years 0001 to 9999.
    public init(parsing text: Span<UInt8>) throws(TimeError) {
        guard text.count == 10, let date = DateDigits(text) else {
            throw DateDigits.error(.malformed, text, "expected a date like 2026-11-22")
        }
        self.init(number: try date.dayNumber(in: text))
    }

    /// The year, 1 to 9999.
    public var year: Int { date.year }
    /// The month, 1 to 12.
    public var month: Int { date.month }
    /// The day of the month, 1 to 31.
    public var day: Int { date.day }
    /// ISO 8601's day of the week: 1 is Monday, 7 is Sunday.
    public var weekday: Int {
        let days = (Int(number) + 3) % 7
        return (days < 0 ? days + 7 : days) + 1
    }

    /// The day after.
    public var next: LocalDay { LocalDay(number: number + 1) }
    /// The day before.
    public var previous: LocalDay { LocalDay(number: number - 1) }
    /// The day so many days later, or earlier where negative.
    public func adding(days: Int) -> LocalDay { LocalDay(number: number + Int32(days)) }

    /// The same day of the month so many months later, or earlier where negative; the month's last day where
    /// it has no such day.
    public func adding(months: Int) -> LocalDay {
        let (year, month, day) = date
        let total = year * 12 + (month - 1) + months
        let newYear = total >= 0 ? total / 12 : (total - 11) / 12
        let newMonth = total - newYear * 12 + 1
        let last = LocalDay.days(inMonth: newMonth, of: newYear)
        return LocalDay(number: LocalDay.number(year: newYear, month: newMonth, day: min(day, last)))
    }

    /// The first day of this day's month.
    public var startOfMonth: LocalDay { adding(days: 1 - day) }
    /// The last day of this day's month.
    public var endOfMonth: LocalDay {
        let (year, month, day) = date
        return adding(days: LocalDay.days(inMonth: month, of: year) - day)
    }

    /// The last days of the months that end from `first` to `last`, both included.
    public static func monthEnds(from first: LocalDay, through last: LocalDay) -> [LocalDay] {
        var ends: [LocalDay] = []
        var end = first.endOfMonth
        while end <= last {
            ends.append(end)
            end = end.next.endOfMonth
        }
        return ends
    }

    /// How many days a month has.
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// How many days `end` is after `start`.
    public static func - (end: LocalDay, start: LocalDay) -> Int { Int(end.number) - Int(start.number) }
    /// Earlier first.
    public static func < (left: LocalDay, right: LocalDay) -> Bool { left.number < right.number }

    /// Counts the days by years that begin in March, so that the leap day comes last, in eras of 400 years.
    static func number(year: Int, month: Int, day: Int) -> Int32 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// The reverse of the counting above.
    public var date: (year: Int, month: Int, day: Int) {
        let days = Int(number) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension LocalDay: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = date
        var text: [UInt8] = []
        text.appendDecimal(year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(day, width: 2)
        return String(decoding: text, as: UTF8.self)
    }
}
