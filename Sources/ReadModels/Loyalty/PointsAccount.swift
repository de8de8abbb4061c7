import Projection

/// One customer's points: lots, redemptions, claw-backs and debt by the rules of DOMAIN.md section 12.
///
/// Events come in the order of the log: a redemption that was granted stays as it was, whatever becomes known
/// later. Expiry needs no event: a lot past its day is not usable, and counts as expired at the clock.
struct PointsAccount: Sendable {
    /// What a purchase earned and lost again.
    private struct OrderPoints: Sendable {
        var earned: Int64 = 0
        var clawedBack: Int64 = 0
    }

    /// The lots, in the order of the log.
    private(set) var lots: [PointsLot] = []
    /// The redemptions, refused ones too, in the order of the log.
    private(set) var redemptions: [PointsRedemption] = []
    /// Points earned, or added by adjustments.
    private(set) var earned: Int64 = 0
    /// Points spent, cancelled redemptions included.
    private(set) var redeemed: Int64 = 0
    /// Points given back by cancelled redemptions.
    private(set) var cancelled: Int64 = 0
    /// Points taken back after refunds or by adjustments.
    private(set) var clawedBack: Int64 = 0
    /// What was taken back and not there any more.
    private(set) var debt: Int64 = 0
    /// Redemptions that were refused.
    private(set) var rejected: Int32 = 0
    /// The points that decide the membership level, in the order of the log: what purchases earned, less what their
    /// refunds took back, each on its day.
    private(set) var qualifying: [Booking] = []

    /// The lots with something left, in the order of use.
    private var queue: [Int] = []
    private var orders: [OrderPoints] = []
    private var orderIndex = KeyIndex()

    /// Forgets the customer before.
    mutating func begin() {
        lots.removeAll(keepingCapacity: true)
        redemptions.removeAll(keepingCapacity: true)
        queue.removeAll(keepingCapacity: true)
        qualifying.removeAll(keepingCapacity: true)
        orders.removeAll(keepingCapacity: true)
        orderIndex.removeAll()
        (earned, redeemed, cancelled, clawedBack, debt, rejected) = (0, 0, 0, 0, 0, 0)
    }

    /// Adds a lot: a debt is repaid first.
    mutating func add(_ fact: Fact, part: Fact?) {
        earned = added(earned, fact.amount)
        let repaid = min(debt, fact.amount)
        debt -= repaid
        lots.append(PointsLot(fact, part: part, points: fact.amount - repaid))
        enqueue(lots.count - 1)
    }

    /// Notes that points were earned, which qualify, and by which purchase, so that they can be taken back.
    mutating func note(earned points: Int64, by order: UInt64, on day: Int32) {
        qualifying.append(Booking(amount: points, day: day, seenOn: day))
        guard order != 0 else { return }
        let place = orderIndex.value(of: order, orInsert: orders.count) ?? orders.count
        if place == orders.count { orders.append(OrderPoints()) }
        orders[place].earned = added(orders[place].earned, points)
    }

    /// Spends points on a local day, or refuses to: more than there is, or while there is a debt.
    mutating func redeem(_ fact: Fact) {
        let isUsable = { (lot: PointsLot) in lot.expiresOn >= fact.day && lot.earnedOn <= fact.day }
        let usable = queue.reduce(into: Int64(0)) { sum, lot in
            if isUsable(lots[lot]) { sum = added(sum, lots[lot].remaining) }
        }
        guard debt == 0, fact.amount <= usable else {
            rejected += 1
            redemptions.append(
                PointsRedemption(key: fact.key, order: fact.reference, shares: [], isRejected: true))
            return
        }
        var shares: [PointsRedemption.Share] = []
        _ = take(fact.amount, where: isUsable) { shares.append(.init(lot: $0, points: $1)) }
        redeemed = added(redeemed, fact.amount)
        redemptions.append(
            PointsRedemption(key: fact.key, order: fact.reference, shares: shares, isRejected: false))
    }

    /// Gives a redemption's points back to their lots, all that is left of it where the fact names no number. The
    /// lots used last get theirs first; they expire as they would have.
    mutating func cancel(_ fact: Fact) {
        let place =
            redemptions.lastIndex { !$0.isRejected && $0.key == fact.key }
            ?? redemptions.lastIndex {
                !$0.isRejected && fact.reference != 0 && $0.order == fact.reference
            }
        guard let place else { return }
        var rest = fact.amount == 0 ? Int64.max : fact.amount
        for share in redemptions[place].shares.indices.reversed() where rest > 0 {
            let points = min(rest, redemptions[place].shares[share].points)
            guard points > 0 else { continue }
            let lot = redemptions[place].shares[share].lot
            redemptions[place].shares[share].points -= points
            if lots[lot].remaining == 0 {
                lots[lot].remaining = points
                enqueue(lot)
            } else {
                lots[lot].remaining += points
            }
            cancelled += points
            rest -= points
        }
    }

    /// Takes points away on a local day in the order of use; what is not there becomes a debt.
    mutating func deduct(_ points: Int64, on day: Int32) {
        clawedBack = added(clawedBack, points)
        let rest = take(points, where: { $0.expiresOn >= day }) { _, _ in }
        debt = added(debt, rest)
    }

    /// Takes back what a refunded purchase earned, as far as it has not been: ⌊points · refunded / total⌋ of a part,
    /// all of the whole. First from its own lots, then in the order of use.
    mutating func settle(_ order: UInt64, _ purchase: Purchase?, on day: Int32) {
        guard let purchase, purchase.refunds > 0, let place = orderIndex.value(of: order) else { return }
        let points = orders[place].earned
        let share = purchase.refundedShare
        let due =
            purchase.isCounted
            ? Int64(clamping: Int128(points) * Int128(share.refunded) / Int128(share.total)) : points
        let wanted = due - orders[place].clawedBack
        guard wanted > 0 else { return }
        orders[place].clawedBack = due
        qualifying.append(Booking(amount: -wanted, day: day, seenOn: day))
        clawedBack = added(clawedBack, wanted)
        let rest = take(wanted, where: { $0.order == order && $0.expiresOn >= day }) { _, _ in }
        debt = added(debt, take(rest, where: { $0.expiresOn >= day }) { _, _ in })
    }

    /// Takes points from lots in the order of use; what could not be taken is returned.
    private mutating func take(
        _ points: Int64, where isUsable: (PointsLot) -> Bool, _ note: (Int, Int64) -> Void
    ) -> Int64 {
        var rest = points
        var isEmptied = false
        for lot in queue where rest > 0 && isUsable(lots[lot]) {
            let taken = min(rest, lots[lot].remaining)
            lots[lot].remaining -= taken
            rest -= taken
            if lots[lot].remaining == 0 { isEmptied = true }
            note(lot, taken)
        }
        if isEmptied { queue.removeAll { lots[$0].remaining == 0 } }
        return rest
    }

    private mutating func enqueue(_ lot: Int) {
        guard lots[lot].remaining > 0 else { return }
        let place = queue.partitionPoint { !PointsLot.isUsedBefore(lots[lot], lots[$0]) }
        queue.insert(lot, at: place)
    }
}

extension Purchase {
    /// How much of the purchase was given back: in the reporting currency, or in its own where it has no rate.
    fileprivate var refundedShare: (refunded: Int64, total: Int64) {
        total > 0 ? (min(refunded, total), total) : (min(foreignRefunded, foreignTotal), max(1, foreignTotal))
    }
}
