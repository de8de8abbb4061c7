import Projection

/// One customer's purchases with what they cost: goods, discounts, shipping and service, each on its day.
///
/// Every figure of money in the catalogue comes from here, so that purchases are matched once.
struct CustomerAccount: Sendable {
    /// What is known of a purchase's costs, in minor units of the reporting currency.
    private struct Costs: BitwiseCopyable, Sendable {
        /// Cost of goods.
        var goods: Int64 = 0
        var discount: Int64 = 0
        var shipping: Int64 = 0
        /// Its events all of whose lines have a cost.
        var eventsWithCost: Int32 = 0
        /// The local day of the last refund.
        var lastRefundDay: Int32 = .min
    }

    /// A cost, or the cost of goods that came back, on a local day.
    private struct Dated: BitwiseCopyable, Sendable {
        var amount: Int64
        var day: Int32
        /// The purchase that goods came back of.
        var purchase: Int32 = -1
    }

    /// The purchases and refunds.
    private(set) var ledger: PurchaseLedger
    private var costs: [Costs] = []
    private var services: [Dated] = []
    private var returnedGoods: [Dated] = []
    private let rule: ProfitRule
    private let rates: Rates
    /// The event whose lines came last, and whether one of them lacks its cost.
    private var lastEvent: UInt64 = .max
    private var lastEventLacksCost = false

    /// An account under a policy, at dated rates; `windows` as in ``PurchaseLedger``.
    init(
        rule: ProfitRule, rates: Rates, windows: (Int32, Int32) = (.max, .max), keepsBookings: Bool = true
    ) {
        self.rule = rule
        self.rates = rates
        ledger = PurchaseLedger(rates: rates, windows: windows, keepsBookings: keepsBookings)
    }

    /// Forgets the customer before.
    mutating func begin() {
        ledger.begin()
        if !costs.isEmpty { costs.removeAll(keepingCapacity: true) }
        if !services.isEmpty { services.removeAll(keepingCapacity: true) }
        if !returnedGoods.isEmpty { returnedGoods.removeAll(keepingCapacity: true) }
        lastEvent = .max
    }

    /// Takes one fact.
    @inline(__always)
    mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .purchase {
            ledger.purchase(fact)
            notePurchase(fact)
        } else if fact.kind == .refund {
            ledger.refund(fact)
            noteRefund(fact)
        } else if fact.kind == .contact {
            if !rule.contacts.isEmpty { noteContact(fact) }
        } else {
            takeOther(fact)
        }
    }

    @inline(__always)
    private mutating func takeOther(_ fact: borrowing Fact) {
        switch fact.kind {
        case .purchasePart: takeLines(fact)
        case .refundPart: takeReturnedLines(fact)
        case .purchaseTerms: takeTerms(fact)
        case .cost: addService(amount(of: fact, currency: fact.detail), on: fact.day)
        case .benefit where fact.detail == 1:
            addService(amount(of: fact, currency: UInt16(truncatingIfNeeded: fact.reference)), on: fact.day)
        case .complaint where fact.detail == ComplaintStep.opened.rawValue:
            addService(rule.complaint, on: fact.day)
        default: break
        }
    }

    // MARK: - Purchases

    /// What is known of the costs of the purchase at a place: most have none.
    private mutating func changeCosts(at place: Int, _ change: (inout Costs) -> Void) {
        while costs.count <= place { costs.append(Costs()) }
        change(&costs[place])
    }

    @inline(__always)
    private mutating func notePurchase(_ fact: borrowing Fact) {
        guard let place = ledger.touched, ledger.purchases[place].refunds > 0 else { return }
        // Refunds that came before it count from today on.
        let day = fact.day
        changeCosts(at: place) { if $0.lastRefundDay == .min { $0.lastRefundDay = day } }
    }

    private mutating func takeLines(_ fact: borrowing Fact) {
        guard let place = ledger.touched else { return }
        let isFirst = fact.position != lastEvent
        if isFirst {
            lastEvent = fact.position
            lastEventLacksCost = false
        }
        let lackedCost = lastEventLacksCost
        if !fact.flags.contains(.hasCost) { lastEventLacksCost = true }
        let lacksCost = lastEventLacksCost
        let goods = lacksCost ? 0 : cost(of: fact, on: ledger.purchases[place].day)
        changeCosts(at: place) { costs in
            costs.goods = added(costs.goods, goods)
            if isFirst, !lacksCost { costs.eventsWithCost += 1 }
            if !isFirst, lacksCost, !lackedCost { costs.eventsWithCost -= 1 }
        }
    }

    private mutating func takeTerms(_ fact: borrowing Fact) {
        guard let place = ledger.touched else { return }
        let day = ledger.purchases[place].day
        let discount = converted(fact.amount, of: fact, currency: fact.detail, on: day)
        let shipping = converted(fact.extra, of: fact, currency: fact.detail, on: day)
        changeCosts(at: place) { costs in
            costs.discount = added(costs.discount, discount)
            costs.shipping = added(costs.shipping, shipping)
        }
    }

    private mutating func noteRefund(_ fact: borrowing Fact) {
        addService(rule.purchaseReturn, on: fact.day)
        guard let place = ledger.touched else { return }
        let day = fact.day
        changeCosts(at: place) { $0.lastRefundDay = day }
    }

    private mutating func takeReturnedLines(_ fact: borrowing Fact) {
        guard let place = ledger.touched, fact.flags.contains(.hasCost) else { return }
        returnedGoods.append(
            Dated(
                amount: cost(of: fact, on: ledger.purchases[place].day), day: fact.day,
                purchase: Int32(truncatingIfNeeded: place)))
    }

    // MARK: - Service

    private mutating func noteContact(_ fact: borrowing Fact) {
        guard !fact.flags.contains(.bulk), let cost = rule.contacts[fact.code] else { return }
        addService(cost, on: fact.day)
    }

    private mutating func addService(_ amount: Int64, on day: Int32) {
        if amount != 0 { services.append(Dated(amount: amount, day: day)) }
    }

    // MARK: - Conversion

    private func amount(of fact: borrowing Fact, currency: UInt16) -> Int64 {
        converted(fact.amount, of: fact, currency: currency, on: fact.day)
    }

    private func cost(of fact: borrowing Fact, on day: Int32) -> Int64 {
        converted(Int64(bitPattern: fact.reference), of: fact, currency: fact.detail, on: day)
    }

    /// An amount in the reporting currency. What has no rate is left out, as the revenue of its purchase is.
    private func converted(_ amount: Int64, of fact: borrowing Fact, currency: UInt16, on day: Int32) -> Int64
    {
        guard fact.flags.contains(.unconverted) else { return amount }
        return rates.converted(amount, from: currency, on: day) ?? 0
    }

    // MARK: - Results

    /// Makes the days of the ledger current.
    mutating func recount() {
        if ledger.needsRecount { ledger.recount() }
    }

    /// Net revenue of some local days.
    private func revenue(on days: ClosedRange<Int32>) -> Int64 {
        ledger.bookings.reduce(into: Int64(0)) { sum, booking in
            if days.contains(booking.day) { sum = added(sum, booking.amount) }
        }
    }

    /// The margin of some local days, step by step. Goods of a purchase that was given back whole come back on the
    /// day of its last refund, and its discount with them; what was spent on shipping and service stays spent.
    func margin(on days: ClosedRange<Int32>) -> Margin {
        margin(of: revenue(on: days), on: days)
    }

    /// The margin of all history, for which no bookings need be kept.
    func margin() -> Margin {
        margin(of: added(ledger.gross, -ledger.refunded), on: .min ... .max)
    }

    /// Lends what changed revenue and margin, each with its local day: the changes on some days add up to the revenue
    /// and the margin of these days.
    @inline(__always)
    func forEachChange(_ take: (AccountChange) -> Void) {
        for booking in ledger.bookings {
            take(AccountChange(day: booking.day, revenue: booking.amount, margin: booking.amount))
        }
        for (index, purchase) in ledger.purchases.enumerated() {
            let cost = index < costs.count ? costs[index] : Costs()
            let isCounted = purchase.isCounted
            take(
                AccountChange(
                    day: purchase.day, margin: -added(added(cost.goods, cost.discount), cost.shipping),
                    countsPurchase: isCounted,
                    lacksCost: isCounted && cost.eventsWithCost < Int32(purchase.events)))
            if !isCounted {
                take(AccountChange(day: cost.lastRefundDay, margin: added(cost.goods, cost.discount)))
            }
        }
        for goods in returnedGoods where ledger.purchases[Int(goods.purchase)].isCounted {
            take(AccountChange(day: goods.day, margin: goods.amount))
        }
        for service in services { take(AccountChange(day: service.day, margin: -service.amount)) }
    }

    private func margin(of revenue: Int64, on days: ClosedRange<Int32>) -> Margin {
        var margin = Margin(revenue: revenue)
        for (place, purchase) in ledger.purchases.enumerated() {
            let cost = place < costs.count ? costs[place] : Costs()
            let isCounted = purchase.isCounted
            if days.contains(purchase.day) {
                margin.goods = added(margin.goods, cost.goods)
                margin.discounts = added(margin.discounts, cost.discount)
                margin.shipping = added(margin.shipping, cost.shipping)
                if isCounted, cost.eventsWithCost < Int32(purchase.events) {
                    margin.purchasesWithoutCost += 1
                }
            }
            if !isCounted, days.contains(cost.lastRefundDay) {
                margin.goods = added(margin.goods, -cost.goods)
                margin.discounts = added(margin.discounts, -cost.discount)
            }
        }
        for goods in returnedGoods where days.contains(goods.day) {
            if ledger.purchases[Int(goods.purchase)].isCounted {
                margin.goods = added(margin.goods, -goods.amount)
            }
        }
        for service in services where days.contains(service.day) {
            margin.service = added(margin.service, service.amount)
        }
        return margin
    }
}

/// What a booking, a purchase or a cost changed, in minor units of the reporting currency.
struct AccountChange: BitwiseCopyable, Sendable {
    /// The local day that it belongs to.
    var day: Int32
    /// What it adds to net revenue.
    var revenue: Int64 = 0
    /// What it adds to the margin.
    var margin: Int64 = 0
    /// Whether it is a purchase that counts.
    var countsPurchase = false
    /// Whether it is one that has no cost, or not for all of its lines: the margin of its day is not known.
    var lacksCost = false
}

/// Net revenue and what is taken off it, in minor units of the reporting currency.
public struct Margin: BitwiseCopyable, Sendable, Equatable {
    /// Net revenue.
    public var revenue: Int64 = 0
    /// Cost of goods.
    public var goods: Int64 = 0
    /// Discounts.
    public var discounts: Int64 = 0
    /// Shipping.
    public var shipping: Int64 = 0
    /// Contacts, complaints, returns, benefits and allocated costs.
    public var service: Int64 = 0
    /// Purchases that count and have no cost, or not for all of their lines: with any, the margin is not known.
    public var purchasesWithoutCost: Int64 = 0

    /// Net revenue less goods; less discounts and shipping; less the cost to serve. Nil where a cost is missing.
    public var levels: [Int64]? {
        guard purchasesWithoutCost == 0 else { return nil }
        let goodsLevel = added(revenue, -goods)
        let salesLevel = added(goodsLevel, -added(discounts, shipping))
        return [goodsLevel, salesLevel, added(salesLevel, -service)]
    }

    /// The last of the levels.
    public var amount: Int64? { levels?.last }

    /// The last of the levels in few bytes.
    var known: KnownAmount { KnownAmount(amount) }
}

/// An amount of money that may not be known, in minor units of the reporting currency.
public struct KnownAmount: BitwiseCopyable, Sendable, Equatable {
    private let stored: Int64

    /// An amount, or none.
    public init(_ amount: Int64?) {
        stored = amount ?? .min
    }

    /// The amount; nil where it is not known.
    public var amount: Int64? { stored == .min ? nil : stored }
}
