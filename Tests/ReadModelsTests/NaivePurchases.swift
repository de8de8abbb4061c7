import Events
import Projection
import ReadModels

/// The rules of DOMAIN.md 1.4 and section 6 from scratch: no scratch arena, no order of arrival, no increments.
struct NaivePurchases {
    struct Order {
        var events: [Fact]
        var refunds: [Fact] = []
        var total: Int64 { events.reduce(0) { $0 + $1.amount } }
        var day: Int32 { events[0].day }
        var isCounted: Bool { refunds.isEmpty || refunds.reduce(0) { $0 + $1.amount } < total }
    }

    private(set) var orders: [Order] = []
    private(set) var unmatched = 0
    private(set) var gross: Int64 = 0
    private(set) var refunded: Int64 = 0
    private var ended: Fact?

    /// One customer's facts up to an instant.
    init(_ facts: [Fact], until instant: Int64) {
        let facts = facts.filter { $0.time <= instant }.sorted(by: Fact.precedes)
        for fact in facts where fact.kind == .purchase {
            gross += fact.amount
            if fact.key != 0, let place = orders.firstIndex(where: { $0.events[0].key == fact.key }) {
                orders[place].events.append(fact)
            } else {
                orders.append(Order(events: [fact]))
            }
        }
        for refund in facts where refund.kind == .refund {
            refunded += refund.amount
            let place =
                orders.firstIndex { order in
                    refund.reference != 0 && order.events.contains { $0.reference == refund.reference }
                } ?? orders.firstIndex { refund.key != 0 && $0.events[0].key == refund.key }
            if let place { orders[place].refunds.append(refund) } else { unmatched += 1 }
        }
        ended = facts.last { $0.kind == .relationshipEnded }
    }

    /// The distinct days of orders that count, ascending.
    var days: [Int32] { Set(orders.filter(\.isCounted).map(\.day)).sorted() }

    var isEnded: Bool {
        guard let ended else { return false }
        return !orders.contains { $0.isCounted && Fact.precedes(ended, $0.events[0]) }
    }

    /// The stage on a local day, with the parameters of a new ledger.
    func stage(on day: Int32) -> String {
        let days = days
        if isEnded { return "churned" }
        guard let first = days.first, let last = days.last else { return "prospect" }
        func isOver(_ gap: Int32, _ theta: Int32, _ floor: Int32, _ count: Int, _ span: Int32) -> Bool {
            gap >= floor && gap * Int32(count + 1) >= theta * (100 + span)
        }
        if isOver(day - last, 4, 60, days.count, last - first) { return "churned" }
        if isOver(day - last, 2, 30, days.count, last - first) { return "dormant" }
        if days.count >= 2 {
            let previous = days[days.count - 2]
            if isOver(last - previous, 4, 60, days.count - 1, previous - first) { return "won_back" }
        }
        return days.count == 1 ? "first_time" : days.count < 4 ? "repeat" : "loyal"
    }
}
