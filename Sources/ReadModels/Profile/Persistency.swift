import Events

/// How lasting a customer's buying is: DOMAIN.md section 24.
struct Persistency: Sendable, Equatable {
    /// Days since the first purchase day.
    let tenureDays: Int
    /// Calendar months with a purchase of all months since the first one, that one and the last included.
    let activeShare: Double
    /// What the share has gained over the days of the policy; nil for who had not bought by then.
    let change: Double?

    /// Nil without a purchase day.
    ///
    /// - Parameter days: the purchase days that count, ascending.
    init?(_ days: ArraySlice<Int32>, on day: Int32, changeDays: Int) {
        guard let first = days.first, let share = Self.activeShare(days, on: day) else { return nil }
        tenureDays = Int(day) - Int(first)
        activeShare = share
        change = Self.activeShare(days, on: Int32(clamping: Int(day) - changeDays)).map { share - $0 }
    }

    private static func activeShare(_ days: ArraySlice<Int32>, on day: Int32) -> Double? {
        guard let first = days.first, first <= day else { return nil }
        var active = 0
        var last = Int.min
        for purchase in days where purchase <= day {
            let month = month(of: purchase)
            if month != last { active += 1 }
            last = month
        }
        return Double(active) / Double(month(of: day) - month(of: first) + 1)
    }

    /// Months since the year 0.
    static func month(of day: Int32) -> Int {
        let date = LocalDay(number: day).date
        return date.year * 12 + date.month - 1
    }
}
