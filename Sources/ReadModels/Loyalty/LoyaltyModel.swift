import Events
public import Projection

/// A customer's points and membership: DOMAIN.md section 12.
public struct LoyaltyModel: ReadModel {
    /// The name of the view.
    public static let name = "loyalty"
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["balance", "membership"]

    /// What is known of the customer, whatever the hour. Points.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Points earned, or added by adjustments.
        public var earned: Int64 = 0
        /// Points spent, cancelled redemptions included.
        public var redeemed: Int64 = 0
        /// Points given back by cancelled redemptions.
        public var cancelled: Int64 = 0
        /// Points taken back after refunds or by adjustments.
        public var clawedBack: Int64 = 0
        /// What was taken back and not there any more.
        public var debt: Int64 = 0
        /// Where the last change of membership stands in the log, plus 1; 0 without one.
        public var lastMembership: UInt64 = 0
        /// Redemptions that were refused.
        public var rejected: Int32 = 0
        /// Lots of points.
        public var lots: Int32 = 0
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state = State()
        /// Points in lots that have not expired.
        public var usable: Int64 = 0
        /// Points in lots that have.
        public var expired: Int64 = 0
        /// Points of the lots that expire next.
        public var nextPoints: Int64 = 0
        /// The last day on which those can be used; `Int32.max` where nothing expires.
        public var nextExpiry: Int32 = .max
        /// The membership as a code; 0 for none.
        public var membership: UInt32 = 0
        /// The level of qualifying points; -1 for none yet.
        public var level: Int32 = -1
        /// The month end since which it holds.
        public var levelSince: Int32 = 0

        /// Usable points less the debt.
        public var balance: Int64 { usable - state.debt }
        /// What can be redeemed: nothing while there is a debt.
        public var available: Int64 { state.debt > 0 ? 0 : usable }
    }

    /// The levels of qualifying points.
    let levels: LevelRule
    private let lastMonthEnd: LocalDay
    private let clock: Clock
    private let rates: Rates
    /// Points, purchases and refunds of the customer: they are wanted in the order of the log.
    private var facts: [Fact] = []
    private var hasPoints = false
    private var membership: UInt32 = 0
    private var lastMembership: UInt64 = 0
    private var ledger: PurchaseLedger
    /// The customer's points, as they stand at the end of the facts.
    private(set) var account = PointsAccount()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        levels = try LevelRule(qualifying: context.policy)
        lastMonthEnd = context.lastMonthEnd
        clock = context.clock
        rates = context.rates
        ledger = PurchaseLedger(rates: context.rates)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !facts.isEmpty { facts.removeAll(keepingCapacity: true) }
        hasPoints = false
        membership = 0
        lastMembership = 0
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        let kind = fact.kind
        if kind == .purchase || kind == .refund {
            // Without an order a purchase cannot have earned points; a refund can name its event.
            facts.append(copy fact)
        } else if kind == .points || kind == .pointsLot || kind == .membership {
            take(fact)
        }
    }

    private mutating func take(_ fact: borrowing Fact) {
        if fact.kind == .membership {
            membership = fact.code
            lastMembership = fact.position + 1
        } else {
            hasPoints = true
            facts.append(copy fact)
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var measure = Measure()
        measure.membership = membership
        measure.state.lastMembership = lastMembership
        guard hasPoints else { return (measure.state, measure) }
        replay()
        if !levels.thresholds.isEmpty {
            let bookings = account.qualifying.sorted { $0.seenOn < $1.seenOn }
            if let level = levels.standing(bookings, through: lastMonthEnd) {
                (measure.level, measure.levelSince) = (Int32(level.level), level.since)
            }
        }
        measure.state.earned = account.earned
        measure.state.redeemed = account.redeemed
        measure.state.cancelled = account.cancelled
        measure.state.clawedBack = account.clawedBack
        measure.state.debt = account.debt
        measure.state.rejected = account.rejected
        measure.state.lots = Int32(account.lots.count)
        for lot in account.lots where lot.remaining > 0 {
            guard lot.expiresOn >= clock.day else {
                measure.expired = added(measure.expired, lot.remaining)
                continue
            }
            measure.usable = added(measure.usable, lot.remaining)
            guard lot.expiresOn < .max, lot.expiresOn <= measure.nextExpiry else { continue }
            if lot.expiresOn < measure.nextExpiry { measure.nextPoints = 0 }
            measure.nextExpiry = lot.expiresOn
            measure.nextPoints = added(measure.nextPoints, lot.remaining)
        }
        return (measure.state, measure)
    }

    /// Goes through the facts in the order of the log.
    private mutating func replay() {
        facts.sort(by: Fact.precedesRecorded)
        ledger.begin()
        account.begin()
        for index in facts.indices {
            let fact = facts[index]
            switch fact.kind {
            case .purchase:
                ledger.purchase(fact)
                settle(on: fact.day)
            case .refund:
                ledger.refund(fact)
                settle(on: fact.day)
            case .points:
                let next = index + 1 < facts.count ? facts[index + 1] : nil
                let part = next.flatMap { $0.kind == .pointsLot && $0.position == fact.position ? $0 : nil }
                take(fact, lot: part)
            default: break
            }
        }
    }

    private mutating func take(_ fact: Fact, lot: Fact?) {
        switch fact.detail {
        case 1:
            account.add(fact, part: lot)
            account.note(earned: fact.amount, by: fact.reference, on: fact.day)
            account.settle(fact.reference, ledger.purchase(ofOrder: fact.reference), on: fact.day)
        case 2: account.redeem(fact)
        case 3: account.cancel(fact)
        default:
            if fact.amount >= 0 {
                account.add(fact, part: lot)
            } else {
                account.deduct(-max(fact.amount, -.max), on: fact.day)
            }
        }
    }

    private mutating func settle(on day: Int32) {
        guard let touched = ledger.touched else { return }
        account.settle(ledger.purchases[touched].key, ledger.purchases[touched], on: day)
    }
}
