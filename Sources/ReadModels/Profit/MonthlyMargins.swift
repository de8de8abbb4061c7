import Events
import Projection

/// What all customers brought month by month, over the last months that are over: for portfolios (DOMAIN.md 16).
struct MonthlyMargins: Sendable {
    /// What a customer brought in a month, in minor units of the reporting currency.
    private struct Figures: BitwiseCopyable, Sendable, Equatable {
        var revenue: Int64 = 0
        var margin: Int64 = 0
        /// Whether a purchase of the month that counts has no cost.
        var lacksCost = false
    }

    /// How many months are looked at.
    let count: Int
    /// The first local day of the first of them, and the last of the last.
    let days: ClosedRange<LocalDay>
    /// Whether every purchase of these months that counts has its cost.
    private(set) var isMarginKnown = true
    /// The local day on which anybody's money was first seen; `Int32.max` without any.
    private(set) var firstSeen = Int32.max
    /// The months of each customer in which there was anything, the earliest first.
    private var months = CustomerLists<UInt8>()
    /// What each of these months brought, in their order. There are many: margins are kept while all are known.
    private var revenues: [Int64] = []
    private var margins: [Int64] = []
    /// The place of the month of each of the days.
    private let places: [UInt8]
    private var scratch: [Figures]

    init(_ context: FoldContext) throws {
        count = try context.policy.whole("concentration.portfolio_months")
        let last = context.lastMonthEnd
        let first = last.startOfMonth.adding(months: 1 - count)
        days = first...last
        places = (first.number...last.number).map { number in
            let day = LocalDay(number: number)
            return UInt8((day.year - first.year) * 12 + day.month - first.month)
        }
        scratch = Array(repeating: Figures(), count: count)
    }

    /// Whether the ledger's history is as long as these months.
    var isComplete: Bool { firstSeen <= days.lowerBound.endOfMonth.number }

    /// Calls `body` with what a customer brought in each month: the margin where all are known, else net revenue; in
    /// minor units of the reporting currency.
    func forEachMonth(of customer: Int, _ body: (_ month: Int, _ amount: Int64) -> Void) {
        let months = months[customer]
        let amounts = isMarginKnown ? margins : revenues
        for place in months.indices { body(Int(months[place]), amounts[place]) }
    }

    /// Takes the next customer.
    mutating func add(_ account: borrowing CustomerAccount) {
        defer { months.endCustomer() }
        guard let first = account.ledger.bookings.first else { return }
        firstSeen = min(firstSeen, first.seenOn)
        let firstDay = Int(days.lowerBound.number)
        account.forEachChange { change in
            let day = Int(change.day) - firstDay
            guard places.indices.contains(day) else { return }
            let month = Int(places[day])
            scratch[month].revenue = added(scratch[month].revenue, change.revenue)
            scratch[month].margin = added(scratch[month].margin, change.margin)
            if change.lacksCost { scratch[month].lacksCost = true }
        }
        for month in scratch.indices where scratch[month] != Figures() {
            months.append(UInt8(month))
            revenues.append(scratch[month].revenue)
            if scratch[month].lacksCost { forgetMargins() }
            if isMarginKnown { margins.append(scratch[month].margin) }
            scratch[month] = Figures()
        }
    }

    private mutating func forgetMargins() {
        isMarginKnown = false
        margins = []
    }

    /// Adds what another worker's instance collected over its customers.
    mutating func absorb(_ other: MonthlyMargins) {
        if !other.isMarginKnown { forgetMargins() }
        months.absorb(other.months)
        revenues.reserveCapacity(revenues.count + other.revenues.count)
        revenues += other.revenues
        if isMarginKnown {
            margins.reserveCapacity(margins.count + other.margins.count)
            margins += other.margins
        }
        firstSeen = min(firstSeen, other.firstSeen)
    }
}
