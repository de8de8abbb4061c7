import Events

/// A day that comes round every year, in the Gregorian or in the Chinese calendar: DOMAIN.md section 19.
struct YearlyDay: Sendable, Equatable {
    enum Calendar: Sendable {
        case gregorian
        case lunar
    }

    let calendar: Calendar
    let month: Int
    let day: Int
    /// Whether it falls in a leap month of the Chinese calendar.
    let isLeapMonth: Bool

    init(_ calendar: Calendar, month: Int, day: Int, isLeapMonth: Bool = false) {
        self.calendar = calendar
        self.month = month
        self.day = day
        self.isLeapMonth = isLeapMonth
    }

    /// The day of `1988-05-20` or, where the year is not known, `--05-20`; nil for what is none.
    init?(_ calendar: Calendar, birthDate text: String, isLeapMonth: Bool) {
        let digits = text.suffix(5).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard digits.count == 2, let month = digits[0], let day = digits[1], (1...12).contains(month),
            (1...(calendar == .lunar ? 30 : 31)).contains(day)
        else { return nil }
        self.init(calendar, month: month, day: day, isLeapMonth: calendar == .lunar && isLeapMonth)
    }

    /// The first such day on or after a day; nil where the calendar does not reach so far.
    ///
    /// - Parameter leapDayOnFirstOfMarch: whether 29 February is kept on 1 March in common years, not on the 28th.
    func next(onOrAfter first: LocalDay, leapDayOnFirstOfMarch: Bool) -> LocalDay? {
        // The last month of a lunar year lies in the next Gregorian one.
        for year in (first.year - 1)...(first.year + 1) {
            if let day = date(in: year, leapDayOnFirstOfMarch), day >= first { return day }
        }
        return nil
    }

    private func date(in year: Int, _ leapDayOnFirstOfMarch: Bool) -> LocalDay? {
        switch calendar {
        case .gregorian:
            if let date = LocalDay(year: year, month: month, day: day) { return date }
            guard month == 2, day == 29 else { return nil }
            return leapDayOnFirstOfMarch
                ? LocalDay(year: year, month: 3, day: 1) : LocalDay(year: year, month: 2, day: 28)
        case .lunar:
            // A leap month that the year does not have is kept in the plain one, day 30 of a short month on 29.
            let leap = isLeapMonth ? LunarYears.month(month, isLeap: true, of: year) : nil
            guard let month = leap ?? LunarYears.month(month, isLeap: false, of: year) else { return nil }
            return LocalDay(number: month.start + Int32(min(day, month.days) - 1))
        }
    }
}
