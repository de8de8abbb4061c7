import Events
public import Projection

/// What a customer has bought: net revenue, purchases, recency, frequency, money, tier. DOMAIN.md 1.3, 1.4, 3, 4.
public struct ValueModel: ReadModel {
    /// The name of the view.
    public static let name = "value"
    /// The version of the rules.
    public static let version = 3
    /// What a person wants to see first.
    public static let headline = ["tier", "net_revenue", "last_purchase"]

    /// What is known of the customer, whatever the hour. Money in minor units of the reporting currency.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// All purchases, those refunded too.
        public var gross: Int64
        /// All refunds.
        public var refunded: Int64
        /// Where the last purchase that counts stands in the log, plus 1; 0 without one.
        public var lastPurchase: UInt64
        /// Purchases that count.
        public var purchases: Int32
        /// Distinct local days with such a purchase.
        public var purchaseDays: Int32
        /// The first of these days.
        public var firstDay: Int32
        /// The last of these days.
        public var lastDay: Int32
        /// Refunds that name no purchase, or none in view.
        public var unmatchedReturns: Int32
        /// Purchase and refund events without a rate.
        public var unconverted: Int32

        /// What was spent less what was given back.
        public var net: Int64 { added(gross, refunded == .min ? .max : -refunded) }
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// Net revenue of the window of RFM.
        public var windowNet: Int64
        /// Net revenue of the window of the tiers.
        public var tierValue: Int64
        /// What is left of the purchases that count on other days than the first: the models of spending need it.
        public var repeatNet: Int64
        /// Margin of the window of the tiers, where the policy ranks by margin.
        public var tierMargin: KnownAmount
        /// What was brought in and is predicted, where the policy ranks by it and models are fitted.
        public var lifetime: KnownAmount
        /// The margin of all history.
        public var margin: KnownAmount
        /// Purchase days in the window of RFM.
        public var windowDays: Int32
        /// The level of trailing value; -1 for none yet.
        public var level: Int32
        /// The month end since which it holds.
        public var levelSince: Int32
    }

    /// What a row needs of everybody.
    public struct Population: Codable, Sendable, Equatable {
        /// Customers with a purchase that counts.
        public var buyers: Int
        /// Recency, by the last purchase day.
        public var recency: RankCuts
        /// Frequency, by purchase days.
        public var frequency: RankCuts
        /// Money, by net revenue.
        public var money: RankCuts
        /// Tiers, grades and stars.
        public var value: ValueCuts
        /// What customers are ranked by: what the policy wants, as far as it is known of everybody.
        public var basis: ValueBasis
    }

    let shares: ValueCuts.Shares
    let models: FittedModels
    let horizon: LifetimeHorizon
    /// What the policy ranks by.
    let wanted: ValueBasis
    /// The levels of trailing value.
    let levels: LevelRule
    private let frequencyFrom: Int32?
    private let hasMoneyWindow: Bool
    private let hasTierWindow: Bool
    private let tierDays: ClosedRange<Int32>
    private let lastMonthEnd: LocalDay
    private let currency: Currency
    private let day: Int32
    private var account: CustomerAccount

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        _ = try policy.whole("small_population")
        models = try FittedModels(context)
        horizon = try LifetimeHorizon(policy)
        shares = ValueCuts.Shares(
            a: try policy.millionths("tiers.a_share"), b: try policy.millionths("tiers.b_share"),
            top: try policy.millionths("grades.top"), bottom: try policy.millionths("grades.bottom"))
        let scores = try policy.wholeOrNil("rfm.window_days").map { context.firstDay(ofTrailing: $0) }
        let tiers = try policy.wholeOrNil("tiers.window_days").map { context.firstDay(ofTrailing: $0) }
        frequencyFrom = scores
        hasMoneyWindow = scores != nil
        hasTierWindow = tiers != nil
        tierDays = (tiers ?? .min)...context.clock.day
        wanted = try ValueBasis(policy)
        currency = context.currency
        day = context.clock.day
        levels = try LevelRule(context)
        lastMonthEnd = context.lastMonthEnd
        account = CustomerAccount(
            rule: try ProfitRule(context), rates: context.rates, windows: (scores ?? .max, tiers ?? .max),
            keepsBookings: wanted == .margin || !levels.thresholds.isEmpty)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        account.begin()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        account.fold(fact)
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        account.recount()
        var purchases: Int32 = 0
        var last: UInt64 = 0
        let days = account.ledger.days
        var repeatNet: Int64 = 0
        for purchase in account.ledger.purchases where purchase.isCounted {
            purchases += 1
            last = purchase.position + 1
            if purchase.day != days.first { repeatNet = added(repeatNet, purchase.net) }
        }
        let state = State(
            gross: account.ledger.gross, refunded: account.ledger.refunded, lastPurchase: last,
            purchases: purchases,
            purchaseDays: days.count, firstDay: days.first, lastDay: days.last,
            unmatchedReturns: account.ledger.unmatchedReturns, unconverted: account.ledger.unconverted)
        let level =
            levels.thresholds.isEmpty ? nil : levels.standing(account.ledger.bookings, through: lastMonthEnd)
        var measure = Measure(
            state: state,
            windowNet: hasMoneyWindow ? account.ledger.windowNet.0 : state.net,
            tierValue: hasTierWindow ? account.ledger.windowNet.1 : state.net,
            repeatNet: repeatNet,
            tierMargin: wanted == .margin ? account.margin(on: tierDays).known : KnownAmount(nil),
            lifetime: KnownAmount(nil),
            margin: account.margin().known,
            windowDays: frequencyFrom.map { account.ledger.days(from: $0) } ?? days.count,
            level: Int32(level?.level ?? -1),
            levelSince: level?.since ?? 0)
        if wanted == .lifetimeValue {
            measure.lifetime = KnownAmount(prediction(for: measure, on: day, currency)?.total)
        }
        return (state, measure)
    }
}

extension FoldContext {
    /// The first of the local days that end with the clock's.
    func firstDay(ofTrailing days: Int) -> Int32 {
        Int32(clamping: Int(clock.day) - days + 1)
    }
}

extension PurchaseLedger {
    /// The distinct days on or after `first` with a purchase that counts.
    func days(from first: Int32) -> Int32 {
        var counted: [Int32] = []
        for purchase in purchases where purchase.isCounted && purchase.day >= first {
            counted.append(purchase.day)
        }
        return Int32(Set(counted).count)
    }
}
