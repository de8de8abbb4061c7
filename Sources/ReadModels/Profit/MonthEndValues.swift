import Events
import Projection

/// What every customer was worth at the last month ends, with the tier window of the policy: for positions (DOMAIN.md
/// section 24).
struct MonthEndValues: Sendable {
    /// The month ends as local days, the earliest first.
    private let monthEnds: [Int32]
    private let windowDays: Int32?
    /// The places of the month ends at which each customer's value was another than before; it begins with nothing.
    private var changes = CustomerLists<UInt8>()
    /// The values from there on, in the same order; minor units.
    private var values: [Int64] = []

    init(_ context: FoldContext) throws {
        let policy = context.policy
        let count = try policy.whole("positions.high_months")
        let last = context.lastMonthEnd
        monthEnds = (0..<count).reversed().map { last.startOfMonth.adding(months: -$0).endOfMonth.number }
        windowDays = try policy.wholeOrNil("tiers.window_days").map { Int32(clamping: $0) }
    }

    /// How many month ends are looked at.
    var monthCount: Int { monthEnds.count }

    /// How many customers there are.
    var customerCount: Int { changes.count }

    /// Takes the next customer, whose bookings come in the order in which they are seen.
    mutating func add(_ bookings: [Booking]) {
        var value: Int64 = 0
        var next = 0
        var sum: Int64 = 0
        for (month, end) in monthEnds.enumerated() {
            if let windowDays {
                let from = end - windowDays + 1
                sum = bookings.reduce(into: Int64(0)) { sum, booking in
                    if booking.seenOn <= end, booking.day >= from { sum = added(sum, booking.amount) }
                }
            } else {
                while next < bookings.count, bookings[next].seenOn <= end {
                    sum = added(sum, bookings[next].amount)
                    next += 1
                }
            }
            guard sum != value else { continue }
            changes.append(UInt8(month))
            values.append(sum)
            value = sum
        }
        changes.endCustomer()
    }

    /// Adds what another worker's instance collected over its customers.
    mutating func absorb(_ other: Self) {
        changes.absorb(other.changes)
        values.reserveCapacity(values.count + other.values.count)
        values += other.values
    }

    /// A customer's value at a month end, by its place; minor units.
    func value(of customer: Int, at month: Int) -> Int64 {
        let changes = changes[customer]
        return changes.lastIndex { $0 <= month }.map { values[$0] } ?? 0
    }

    /// A customer's values at the month ends, the earliest first; none where there never was any.
    func values(of customer: Int) -> [Int64] {
        changes[customer].isEmpty ? [] : (0..<monthCount).map { value(of: customer, at: $0) }
    }

    /// Whether a customer's value reached the cut at one of the month ends; a month end without a cut is not reached.
    func reached(_ cuts: [Int64?], _ customer: Int) -> Bool {
        let changes = changes[customer]
        return changes.indices.contains { place in
            let end = place + 1 < changes.endIndex ? Int(changes[place + 1]) : monthCount
            return cuts[Int(changes[place])..<end].contains { $0.map { values[place] >= $0 } ?? false }
        }
    }
}
