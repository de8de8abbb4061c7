import Events
import Projection

/// The stretches of local days that figures of money are wanted for, all of them given by the clock.
struct AccountPeriods: Sendable {
    /// Everything up to the clock.
    let all: ClosedRange<Int32>
    /// The last twelve months.
    let year: ClosedRange<Int32>
    /// Twelve months to the last month end that is over, and to the one before.
    let monthEndYears: (ClosedRange<Int32>, ClosedRange<Int32>)
    /// The last 180 days, and the 180 before.
    let halves: (recent: ClosedRange<Int32>, earlier: ClosedRange<Int32>)
    /// From 1 January, the same days a year earlier, and all of the last calendar year.
    let calendar: (thisYear: ClosedRange<Int32>, sameSpan: ClosedRange<Int32>, lastYear: ClosedRange<Int32>)

    /// The stretches at the context's clock.
    init(_ context: FoldContext) {
        let today = LocalDay(number: context.clock.day)
        all = .min...today.number
        year = Self.months(12, endingOn: today)
        let lastEnd = context.lastMonthEnd
        monthEndYears = (
            Self.months(12, endingOn: lastEnd),
            Self.months(12, endingOn: lastEnd.startOfMonth.previous)
        )
        let half = today.adding(days: -180)
        halves = (half.next.number...today.number, half.adding(days: -179).number...half.number)
        let newYear = today.adding(months: 1 - today.month).startOfMonth
        calendar = (
            newYear.number...today.number,
            newYear.adding(months: -12).number...today.adding(months: -12).number,
            newYear.adding(months: -12).number...newYear.previous.number
        )
    }

    /// The days of so many months that end on a day: from the day after the same day of the month before them. Those
    /// that end with a month begin with one.
    static func months(_ count: Int, endingOn last: LocalDay) -> ClosedRange<Int32> {
        let before =
            last == last.endOfMonth
            ? last.startOfMonth.adding(months: 1 - count).previous : last.adding(months: -count)
        return before.next.number...last.number
    }
}

extension FoldContext {
    /// The last local day of a month that the clock has seen to its end.
    var lastMonthEnd: LocalDay {
        let end = LocalDay(number: clock.day).endOfMonth
        return clock(atEndOf: end).instant <= clock.instant ? end : end.startOfMonth.previous
    }
}

/// Figures of money that several views show, in minor units of the reporting currency.
public struct AccountFigures: BitwiseCopyable, Sendable, Equatable {
    /// All history to the clock.
    public var all = Margin()
    /// The margin of the last twelve months.
    public var year = KnownAmount(0)
    /// The margin of the twelve months to the last month end.
    public var lastMonthEnd = KnownAmount(0)
    /// The same, a month earlier.
    public var monthEndBefore = KnownAmount(0)
    /// The margin of 365 days from the first purchase day that counts.
    public var firstYear = KnownAmount(0)
    /// Net revenue of the last 180 days.
    public var recentHalf: Int64 = 0
    /// Net revenue of the 180 days before.
    public var earlierHalf: Int64 = 0
    /// Net revenue from 1 January to the clock's day.
    public var thisYear: Int64 = 0
    /// Net revenue of the same days a year earlier.
    public var lastYearSameSpan: Int64 = 0
    /// Net revenue of the last calendar year.
    public var lastYear: Int64 = 0
    /// Purchases of this calendar year that count.
    public var purchasesThisYear: Int32 = 0
    /// Purchases of the last calendar year that count.
    public var purchasesLastYear: Int32 = 0
    /// Purchases, those given back too.
    public var purchases: Int32 = 0
    /// The first purchase day that counts, where there is one.
    public var firstDay: Int32 = 0
    /// Distinct purchase days that count.
    public var purchaseDays: Int32 = 0

    /// Whether there is a purchase that counts.
    public var isConverted: Bool { purchaseDays > 0 }

    /// The figures of an account.
    init(_ account: CustomerAccount, _ periods: AccountPeriods) {
        all = account.margin(on: periods.all)
        year = account.margin(on: periods.year).known
        lastMonthEnd = account.margin(on: periods.monthEndYears.0).known
        monthEndBefore = account.margin(on: periods.monthEndYears.1).known
        recentHalf = account.revenue(on: periods.halves.recent)
        earlierHalf = account.revenue(on: periods.halves.earlier)
        thisYear = account.revenue(on: periods.calendar.thisYear)
        lastYearSameSpan = account.revenue(on: periods.calendar.sameSpan)
        lastYear = account.revenue(on: periods.calendar.lastYear)
        purchasesThisYear = account.countedPurchases(on: periods.calendar.thisYear)
        purchasesLastYear = account.countedPurchases(on: periods.calendar.lastYear)
        purchases = Int32(account.ledger.purchases.count)
        let days = account.ledger.days
        (firstDay, purchaseDays) = (days.first, days.count)
        if days.count > 0 { firstYear = account.margin(on: days.first...days.first + 364).known }
    }
}
