import Events
import Projection

/// What a customer brought in a month, in minor units of the reporting currency.
struct MonthFigures: BitwiseCopyable, Sendable, Equatable {
    var revenue: Int64 = 0
    var margin: Int64 = 0
    /// Whether every purchase of the month that counts has a cost.
    var isMarginKnown = true
}

/// What all customers brought month by month, over the last months that are over: for portfolios (DOMAIN.md 16).
struct MonthlyMargins: Sendable {
    /// A month of a customer in which there was anything. There are many: the order of the members leaves no holes.
    struct Record: BitwiseCopyable, Sendable {
        var revenue: Int64
        var margin: Int64
        /// The index of the customer.
        var customer: UInt32
        /// The place of the month, the earliest first.
        var month: UInt16
        /// Whether every purchase of the month that counts has a cost.
        var isMarginKnown: Bool
    }

    /// How many months are looked at.
    let count: Int
    /// The first local day of the first of them, and the last of the last.
    let days: ClosedRange<LocalDay>
    private(set) var records: [Record] = []
    /// The local day on which anybody's money was first seen; `Int32.max` without any.
    private(set) var firstSeen = Int32.max
    private var customers = 0
    private var months: [MonthFigures]

    init(_ context: FoldContext) throws {
        count = try context.policy.whole("concentration.portfolio_months")
        let last = context.lastMonthEnd
        days = last.startOfMonth.adding(months: 1 - count)...last
        months = Array(repeating: MonthFigures(), count: count)
    }

    /// Whether the ledger's history is as long as these months.
    var isComplete: Bool { firstSeen <= days.lowerBound.endOfMonth.number }

    /// The place of the month of a day; nil for days that are not asked about.
    private func place(_ day: Int32) -> Int? {
        guard day >= days.lowerBound.number, day <= days.upperBound.number else { return nil }
        let day = LocalDay(number: day)
        return (day.year - days.lowerBound.year) * 12 + day.month - days.lowerBound.month
    }

    /// Takes the next customer.
    mutating func add(_ account: CustomerAccount) {
        defer { customers += 1 }
        guard let first = account.ledger.bookings.first else { return }
        firstSeen = min(firstSeen, first.seenOn)
        account.add(to: &months, place)
        for (month, figures) in months.enumerated() where figures != MonthFigures() {
            records.append(
                Record(
                    revenue: figures.revenue, margin: figures.margin, customer: UInt32(customers),
                    month: UInt16(month), isMarginKnown: figures.isMarginKnown))
            months[month] = MonthFigures()
        }
    }

    /// Adds what another worker's instance collected over its customers.
    mutating func absorb(_ other: MonthlyMargins) {
        let offset = UInt32(customers)
        records.reserveCapacity(records.count + other.records.count)
        for var record in other.records {
            record.customer += offset
            records.append(record)
        }
        customers += other.customers
        firstSeen = min(firstSeen, other.firstSeen)
    }
}
