import Events
public import Projection

/// Offers to customers who had left, and what came of them: DOMAIN.md section 18.
public struct WinbackModel: ReadModel {
    /// The name of the view.
    public static let name = "winback"
    /// The views that it reads.
    public static let uses = ["value", "lifecycle", "performance", "churn_reasons"]
    /// The version of the rules.
    public static let version = 3
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.promotion
    /// What a person wants to see first.
    public static let headline = ["last_outcome"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// What offers cost, in minor units of the reporting currency.
        public var cost: Int64 = 0
        /// Offers that were made.
        public var offers: Int32 = 0
        /// Offers that were accepted.
        public var accepted: Int32 = 0
        /// Offers that were declined.
        public var declined: Int32 = 0
        var unused: Int32 = 0
    }

    /// Nothing is needed of others.
    public struct Population: Codable, Sendable, Equatable {}

    /// What a customer said to an offer.
    enum Answered: Sendable {
        case nothing
        case accepted
        case declined
    }

    /// One offer.
    struct Offer: Sendable {
        var key: UInt64
        var day: Int32
        var position: UInt64
        var answer = Answered.nothing
    }

    let windowDays: Int
    let pauseDays: Int
    private let costKinds: Set<UInt32>
    private let rates: Rates
    private var own: [Offer] = []
    /// What was bought since the first offer.
    private var ledger: PurchaseLedger
    private var state = State()

    /// The offers of all customers so far, the earliest first.
    private(set) var offers = CustomerLists<Offer>()
    /// The purchases since the first offer that count, of all customers so far.
    private(set) var purchases = CustomerLists<SecondLife.Purchase>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        windowDays = try context.policy.whole("winback.window_days")
        rates = context.rates
        pauseDays = try context.policy.whole("winback.pause_days")
        ledger = PurchaseLedger(rates: context.rates)
        costKinds = Set(try context.policy.texts("winback.cost_kinds").compactMap { context.code(of: $0) })
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !own.isEmpty { ledger.begin() }
        own.removeAll(keepingCapacity: true)
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .winback {
            take(fact)
        } else if fact.kind == .cost {
            spend(fact)
        } else if !own.isEmpty {
            if fact.kind == .purchase {
                ledger.purchase(fact)
            } else if fact.kind == .refund {
                ledger.refund(fact)
            }
        }
    }

    private mutating func spend(_ fact: borrowing Fact) {
        guard costKinds.contains(fact.code) else { return }
        let cost =
            fact.flags.contains(.unconverted)
            ? rates.converted(fact.amount, from: fact.detail, on: fact.day) ?? 0 : fact.amount
        state.cost = added(state.cost, cost)
    }

    private mutating func take(_ fact: borrowing Fact) {
        if fact.detail == 1 {
            own.append(Offer(key: fact.key, day: fact.day, position: fact.position))
            return
        }
        // An answer to an offer that is not in view says nothing that could be counted.
        let key = fact.key
        guard let place = own.lastIndex(where: { $0.key == key }) else { return }
        own[place].answer = fact.detail == 2 ? .accepted : .declined
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        for offer in own {
            offers.append(offer)
            state.offers += 1
            if offer.answer == .accepted { state.accepted += 1 }
            if offer.answer == .declined { state.declined += 1 }
        }
        offers.endCustomer()
        if !own.isEmpty {
            for purchase in ledger.purchases where purchase.isCounted {
                purchases.append(SecondLife.Purchase(day: purchase.day, net: purchase.net))
            }
        }
        purchases.endCustomer()
        return (state, state)
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        offers.absorb(other.offers)
        purchases.absorb(other.purchases)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }
}
