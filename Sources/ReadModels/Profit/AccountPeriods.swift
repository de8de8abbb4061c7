import Events
import Projection

/// A stretch of local days that figures of money are wanted for, given by the clock.
enum AccountPeriod: UInt8, CaseIterable {
    /// The last twelve months.
    case year
    /// Twelve months to the last month end that is over.
    case lastMonthEnd
    /// Twelve months to the one before.
    case monthEndBefore
    /// The last 180 days.
    case recentHalf
    /// The 180 days before.
    case earlierHalf
    /// From 1 January.
    case thisYear
    /// The same days a year earlier.
    case lastYearSameSpan
    /// All of the last calendar year.
    case lastYear

    /// Its bit in a set.
    var bit: UInt8 { 1 << rawValue }
}

/// Which stretches each local day belongs to.
struct AccountPeriods: Sendable {
    /// Everything up to the clock.
    let all: ClosedRange<Int32>
    private let first: Int32
    /// A set of stretches for each day from the first on: to look is faster than to compare with the ends of all.
    private let sets: [UInt8]

    /// The stretches at the context's clock.
    init(_ context: FoldContext) {
        let today = LocalDay(number: context.clock.day)
        all = .min...today.number
        let lastEnd = context.lastMonthEnd
        let half = today.adding(days: -180)
        let newYear = today.adding(months: 1 - today.month).startOfMonth
        let yearBefore = newYear.adding(months: -12)
        let days = AccountPeriod.allCases.map { period in
            switch period {
            case .year: Self.months(12, endingOn: today)
            case .lastMonthEnd: Self.months(12, endingOn: lastEnd)
            case .monthEndBefore: Self.months(12, endingOn: lastEnd.startOfMonth.previous)
            case .recentHalf: half.next.number...today.number
            case .earlierHalf: half.adding(days: -179).number...half.number
            case .thisYear: newYear.number...today.number
            case .lastYearSameSpan: yearBefore.number...today.adding(months: -12).number
            case .lastYear: yearBefore.number...newYear.previous.number
            }
        }
        let first = days.map(\.lowerBound).min() ?? today.number
        self.first = first
        sets = (first...today.number).map { day in
            AccountPeriod.allCases.reduce(into: 0) { set, period in
                if days[Int(period.rawValue)].contains(day) { set |= period.bit }
            }
        }
    }

    /// The stretches that a local day belongs to, by their bits.
    @inline(__always)
    func periods(of day: Int32) -> UInt8 {
        let place = Int(day) - Int(first)
        return sets.indices.contains(place) ? sets[place] : 0
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
    init(_ account: borrowing CustomerAccount, _ periods: borrowing AccountPeriods) {
        all = account.margin(on: periods.all)
        let sums = PeriodSums(account, periods)
        year = sums.margin(.year)
        lastMonthEnd = sums.margin(.lastMonthEnd)
        monthEndBefore = sums.margin(.monthEndBefore)
        recentHalf = sums.revenue(.recentHalf)
        earlierHalf = sums.revenue(.earlierHalf)
        thisYear = sums.revenue(.thisYear)
        lastYearSameSpan = sums.revenue(.lastYearSameSpan)
        lastYear = sums.revenue(.lastYear)
        purchasesThisYear = sums.purchases(.thisYear)
        purchasesLastYear = sums.purchases(.lastYear)
        purchases = Int32(account.ledger.purchases.count)
        let days = account.ledger.days
        (firstDay, purchaseDays) = (days.first, days.count)
        if days.count > 0 { firstYear = account.margin(on: days.first...days.first + 364).known }
    }
}

/// What an account changed by in each of the stretches, found in one walk.
private struct PeriodSums {
    private var revenues = InlineArray<8, Int64>(repeating: 0)
    private var margins = InlineArray<8, Int64>(repeating: 0)
    private var counts = InlineArray<8, Int32>(repeating: 0)
    /// The stretches with a purchase that lacks its cost.
    private var lacking: UInt8 = 0

    init(_ account: borrowing CustomerAccount, _ periods: borrowing AccountPeriods) {
        account.forEachChange { change in
            var left = periods.periods(of: change.day)
            if change.lacksCost { lacking |= left }
            while left != 0 {
                let period = left.trailingZeroBitCount
                revenues[period] = added(revenues[period], change.revenue)
                margins[period] = added(margins[period], change.margin)
                if change.countsPurchase { counts[period] += 1 }
                left &= left - 1
            }
        }
    }

    func revenue(_ period: AccountPeriod) -> Int64 { revenues[Int(period.rawValue)] }

    func purchases(_ period: AccountPeriod) -> Int32 { counts[Int(period.rawValue)] }

    func margin(_ period: AccountPeriod) -> KnownAmount {
        KnownAmount(lacking & period.bit == 0 ? margins[Int(period.rawValue)] : nil)
    }
}
