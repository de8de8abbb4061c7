import Projection

/// One customer's purchases and refunds, matched as DOMAIN.md 1.3 and 1.4 say, whichever comes first.
///
/// A scratch arena: `begin` empties it, and nothing is allocated for a fact once it has grown.
struct PurchaseLedger: Sendable {
    /// A refund whose purchase has not come yet, or never will.
    private struct PendingRefund: Sendable {
        var key: UInt64
        var reference: UInt64
        var refund: Refund
        /// What it lowered the totals by while it waited.
        var booked: Int64?
    }

    private struct Refund: Sendable {
        var amount: Int64
        var day: Int32
        var currency: UInt16
        var isForeign: Bool
    }

    /// A further event of an order.
    private struct LaterEvent: Sendable {
        var reference: UInt64
        var purchase: UInt32
    }

    /// The purchases in the order of their first events.
    private(set) var purchases: [Purchase] = []
    /// The days of those that count; current unless `needsRecount`.
    private(set) var days = PurchaseDays()
    /// Whether a purchase stopped or began to count otherwise than by being the newest.
    private(set) var needsRecount = false
    /// All purchases, refunded ones too, in minor units of the reporting currency.
    private(set) var gross: Int64 = 0
    /// All refunds.
    private(set) var refunded: Int64 = 0
    /// Refunds that name no purchase, or none in view.
    private(set) var unmatchedReturns: Int32 = 0
    /// Purchase and refund events without a rate.
    private(set) var unconverted: Int32 = 0
    /// Net revenue of the days from `windows` on.
    private(set) var windowNet: (Int64, Int64) = (0, 0)
    /// The purchase that the last fact belongs to or gives back; nil after a refund that matched none.
    private(set) var touched: Int?
    /// What made up net revenue, where they are kept.
    private(set) var bookings: [Booking] = []

    private let rates: Rates
    private let windows: (Int32, Int32)
    private let keepsBookings: Bool
    private var orders = KeyIndex()
    private var laterEvents: [LaterEvent] = []
    private var eventIndex = KeyIndex()
    private var indexedPurchases = 0
    private var indexedLater = 0
    private var pending: [PendingRefund] = []
    private var pendingNames = KeyIndex()
    private static let searched = 32

    /// A ledger that converts at `rates`, sums apart what falls on the days from `windows` on, and notes every
    /// change of net revenue where it `keepsBookings`.
    init(rates: Rates, windows: (Int32, Int32) = (.max, .max), keepsBookings: Bool = false) {
        self.rates = rates
        self.windows = windows
        self.keepsBookings = keepsBookings
    }

    /// Forgets the customer before.
    mutating func begin() {
        purchases.removeAll(keepingCapacity: true)
        days = PurchaseDays()
        needsRecount = false
        gross = 0
        refunded = 0
        unmatchedReturns = 0
        unconverted = 0
        windowNet = (0, 0)
        if !bookings.isEmpty { bookings.removeAll(keepingCapacity: true) }
        orders.removeAll()
        if !laterEvents.isEmpty { laterEvents.removeAll(keepingCapacity: true) }
        indexedPurchases = 0
        indexedLater = 0
        if !pending.isEmpty {
            pending.removeAll(keepingCapacity: true)
            pendingNames.removeAll()
        }
    }

    /// Takes a fact of kind `purchase`; the answer is the index of the purchase it belongs to.
    @inline(__always)
    @discardableResult
    mutating func purchase(_ fact: borrowing Fact) -> Int {
        let index = place(of: fact)
        touched = index
        if index == purchases.count {
            var purchase = Purchase(fact)
            add(fact, to: &purchase)
            purchases.append(purchase)
            if days.count > 0, fact.day < days.last {
                // A zone that moved across the date line: the days are not in the order of time.
                needsRecount = true
            } else {
                days.add(fact.day)
            }
        } else {
            var purchase = purchases[index]
            let wasCounted = purchase.isCounted
            add(fact, to: &purchase)
            purchases[index] = purchase
            if purchase.isCounted != wasCounted { needsRecount = true }
            laterEvents.append(
                LaterEvent(reference: fact.reference, purchase: UInt32(truncatingIfNeeded: index)))
        }
        if !pending.isEmpty {
            applyPending(fact, to: index)
        }
        return index
    }

    /// Takes a fact of kind `refund`; the answer is the index of the purchase it applies to, or nil where there is
    /// none yet.
    @discardableResult
    mutating func refund(_ fact: borrowing Fact) -> Int? {
        let refund = Refund(
            amount: fact.amount, day: fact.day, currency: fact.detail,
            isForeign: fact.flags.contains(.unconverted))
        touched = match(fact)
        if let touched {
            apply(refund, to: touched, on: fact.day)
            return touched
        }
        let booked = converted(refund, on: refund.day)
        book(booked, of: refund, seenOn: fact.day)
        unmatchedReturns += 1
        if fact.flags.contains(.namesPurchase) {
            pending.append(
                PendingRefund(key: fact.key, reference: fact.reference, refund: refund, booked: booked))
            if fact.key != 0 { _ = pendingNames.value(of: fact.key, orInsert: 0) }
            if fact.reference != 0 { _ = pendingNames.value(of: fact.reference, orInsert: 0) }
        }
        return nil
    }

    /// Makes `days` current again.
    mutating func recount() {
        needsRecount = false
        var counted: [Int32] = []
        for purchase in purchases where purchase.isCounted {
            counted.append(purchase.day)
        }
        counted.sort()
        days = PurchaseDays()
        for day in counted {
            days.add(day)
        }
    }

    /// The purchase of an order, or nil.
    func purchase(ofOrder key: UInt64) -> Purchase? {
        guard key != 0 else { return nil }
        return orders.value(of: key).map { purchases[$0] }
    }

    // MARK: - Purchases

    /// The index of the purchase an event belongs to; the number of purchases where it begins a new one.
    @inline(__always)
    private mutating func place(of fact: borrowing Fact) -> Int {
        let key = fact.key
        guard key != 0 else { return purchases.count }
        // The lines of an order mostly come one after the other.
        if let last = purchases.last, last.key == key { return purchases.count - 1 }
        return orders.value(of: key, orInsert: purchases.count) ?? purchases.count
    }

    @inline(__always)
    private mutating func add(_ fact: borrowing Fact, to purchase: inout Purchase) {
        if purchase.events < .max { purchase.events += 1 }
        var amount = fact.amount
        if fact.flags.contains(.unconverted) {
            guard let rated = rates.converted(amount, from: fact.detail, on: purchase.day) else {
                unconverted += 1
                purchase.foreignTotal = added(purchase.foreignTotal, amount)
                return
            }
            amount = rated
        }
        purchase.total = added(purchase.total, amount)
        gross = added(gross, amount)
        addToWindows(amount, on: purchase.day, seenOn: fact.day)
    }

    @inline(__always)
    private mutating func addToWindows(_ amount: Int64, on day: Int32, seenOn: Int32) {
        if keepsBookings { bookings.append(Booking(amount: amount, day: day, seenOn: seenOn)) }
        if day >= windows.0 { windowNet.0 = added(windowNet.0, amount) }
        if day >= windows.1 { windowNet.1 = added(windowNet.1, amount) }
    }

    // MARK: - Refunds

    /// The purchase that a refund names: by the event, else by the order.
    private mutating func match(_ fact: borrowing Fact) -> Int? {
        if fact.reference != 0, let index = purchase(ofEvent: fact.reference) { return index }
        guard fact.key != 0 else { return nil }
        return orders.value(of: fact.key)
    }

    private mutating func purchase(ofEvent reference: UInt64) -> Int? {
        if purchases.count + laterEvents.count <= Self.searched {
            return purchases.lastIndex { $0.reference == reference }
                ?? laterEvents.last { $0.reference == reference }.map { Int($0.purchase) }
        }
        // Most customers are never asked: the index is made when the first refund names an event.
        if indexedPurchases == 0 { eventIndex.removeAll() }
        for index in indexedPurchases..<purchases.count {
            _ = eventIndex.value(of: purchases[index].reference, orInsert: index)
        }
        for index in indexedLater..<laterEvents.count {
            _ = eventIndex.value(of: laterEvents[index].reference, orInsert: Int(laterEvents[index].purchase))
        }
        indexedPurchases = purchases.count
        indexedLater = laterEvents.count
        return eventIndex.value(of: reference)
    }

    /// A refund has the rate of its event, else the dated rate of its purchase's local day, as the purchase has.
    private func converted(_ refund: Refund, on day: Int32) -> Int64? {
        refund.isForeign ? rates.converted(refund.amount, from: refund.currency, on: day) : refund.amount
    }

    private mutating func apply(_ refund: Refund, to index: Int, on day: Int32) {
        let wasCounted = purchases[index].isCounted
        let amount = converted(refund, on: purchases[index].day)
        book(amount, of: refund, seenOn: day)
        if purchases[index].refunds < .max { purchases[index].refunds += 1 }
        if let amount {
            purchases[index].refunded = added(purchases[index].refunded, amount)
        } else {
            purchases[index].foreignRefunded = added(purchases[index].foreignRefunded, refund.amount)
        }
        if purchases[index].isCounted != wasCounted { needsRecount = true }
    }

    private mutating func book(_ amount: Int64?, of refund: Refund, seenOn day: Int32) {
        guard let amount else {
            unconverted += 1
            return
        }
        refunded = added(refunded, amount)
        addToWindows(-amount, on: refund.day, seenOn: day)
    }

    private mutating func unbook(_ amount: Int64?, of refund: Refund, seenOn day: Int32) {
        guard let amount else {
            unconverted -= 1
            return
        }
        refunded -= amount
        addToWindows(amount, on: refund.day, seenOn: day)
    }

    private mutating func applyPending(_ fact: borrowing Fact, to index: Int) {
        let key = fact.key
        let reference = fact.reference
        guard pendingNames.value(of: reference) != nil || (key != 0 && pendingNames.value(of: key) != nil)
        else {
            return
        }
        var waiting = 0
        while waiting < pending.count {
            let item = pending[waiting]
            guard item.reference == reference || (key != 0 && item.key == key) else {
                waiting += 1
                continue
            }
            pending.swapAt(waiting, pending.count - 1)
            pending.removeLast()
            unmatchedReturns -= 1
            unbook(item.booked, of: item.refund, seenOn: fact.day)
            apply(item.refund, to: index, on: fact.day)
        }
    }
}
