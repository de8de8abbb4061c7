import Projection

/// All purchase.completed events of one customer with one order, or one event without an order.
struct Purchase: BitwiseCopyable, Sendable {
    /// The hash of the order, or 0.
    let key: UInt64
    /// The hash of the source and id of its first event.
    let reference: UInt64
    /// Where the first of its events stands in the log.
    let position: UInt64
    /// In minor units of the reporting currency.
    var total: Int64 = 0
    /// In minor units of the reporting currency.
    var refunded: Int64 = 0
    /// What has no rate, in minor units of its own currency: left out of all totals, but compared with what is
    /// refunded in it, so that a part does not pass for the whole.
    var foreignTotal: Int64 = 0
    /// Refunds without a rate, likewise.
    var foreignRefunded: Int64 = 0
    /// The local day of the first of its events.
    let day: Int32
    /// How many refunds apply to it; more than fit count as the most that do.
    var refunds: UInt16 = 0
    /// How many events it is made of, likewise.
    var events: UInt16 = 0

    init(_ fact: borrowing Fact) {
        key = fact.key
        reference = fact.reference
        position = fact.position
        day = fact.day
    }

    /// What was paid and not given back.
    var net: Int64 { added(total, refunded == .min ? .max : -refunded) }

    /// It stops counting when at least one refund applies and the refunds reach the total (DOMAIN.md 1.4).
    var isCounted: Bool {
        refunds == 0 || refunded < total || foreignRefunded < foreignTotal
    }
}

/// A change of net revenue, in minor units of the reporting currency.
struct Booking: BitwiseCopyable, Sendable {
    /// What it adds.
    let amount: Int64
    /// The local day that it belongs to: of a purchase that of its first event.
    let day: Int32
    /// The local day from which on it is in view.
    let seenOn: Int32
}

/// The distinct local days of the purchases that count.
struct PurchaseDays: BitwiseCopyable, Sendable, Equatable {
    /// How many days.
    var count: Int32 = 0
    /// The first, where there is one.
    var first: Int32 = 0
    /// The last, where there is one.
    var last: Int32 = 0
    /// The one before the last, where there are two.
    var previous: Int32 = 0

    /// Takes the day of a purchase that counts. Days come in order.
    @inline(__always)
    mutating func add(_ day: Int32) {
        if count == 0 {
            first = day
        } else if day == last {
            return
        } else {
            previous = last
        }
        last = day
        count += 1
    }
}

/// `left` + `right`, stopping at what 64 bits hold instead of failing a whole rebuild on one absurd amount.
@inline(__always)
func added(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? (right < 0 ? .min : .max) : sum
}
