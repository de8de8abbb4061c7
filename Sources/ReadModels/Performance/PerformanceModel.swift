import Events
public import Projection
import Statistics

/// What a customer buys, on which channel, where and at what time of day: DOMAIN.md sections 13 and 24.
///
/// Purchases that do not count any more, since they were refunded whole, are left out. What it collects is read
/// by the views of segments, affinity, next purchases and win-back, so that purchases are matched with refunds
/// once.
public struct PerformanceModel: ReadModel {
    /// The name of the view.
    public static let name = "performance"
    /// The version of the rules.
    public static let version = 1
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.performance
    /// What a person wants to see first.
    public static let headline = ["typical_hour"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Purchases that count.
        public var purchases: Int32
        /// Those at night on the customer's clock.
        public var night: Int32
        /// Those on a weekend there.
        public var weekend: Int32
        /// Those with lines that say a category.
        public var categorised: Int32
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// The sum of the sines of the times of day.
        public var sine: Double
        /// The sum of the cosines.
        public var cosine: Double
    }

    /// Nothing is needed of others.
    public struct Population: Codable, Sendable, Equatable {}

    /// What a group of purchases has in common.
    enum Aspect: UInt8, Sendable {
        case category = 1
        case channel = 2
        case place = 3
    }

    /// One category, channel or place of one customer. Money in minor units of the reporting currency.
    struct Group: Sendable {
        var aspect: Aspect
        var code: UInt32
        /// Purchases that count.
        var purchases: Int32 = 0
        /// The local day of the last of them.
        var lastDay: Int32 = .min
        /// What they brought in, less what was given back of them.
        var net: Int64 = 0
        /// The part of it in the last days (policy: 180).
        var recent: Int64 = 0
        /// The part of it in as many days before.
        var earlier: Int64 = 0

        /// Takes what a purchase of a day brought.
        @inline(__always)
        mutating func add(
            _ amount: Int64, purchases: Int32, on day: Int32, recentFrom: Int32, earlierFrom: Int32
        ) {
            net = added(net, amount)
            if day >= recentFrom {
                recent = added(recent, amount)
            } else if day >= earlierFrom {
                earlier = added(earlier, amount)
            }
            self.purchases += purchases
            lastDay = max(lastDay, day)
        }
    }

    /// How many purchases were made in an hour of the local clock.
    struct HourCount: BitwiseCopyable, Sendable {
        /// The hour in the lowest five bits: there are many of these, up to twenty-four a customer.
        private let packed: UInt32

        init(hour: Int, count: Int32) {
            packed = UInt32(truncatingIfNeeded: count) << 5 | UInt32(hour)
        }

        var hour: Int { Int(packed & 31) }

        var count: Int { Int(packed >> 5) }
    }

    /// What the ledger does not keep of a purchase.
    private struct Detail: Sendable {
        var channel: UInt32
        var place: UInt32
        var moment: LocalMoment
    }

    /// A part of a purchase, or of what was given back of it.
    private struct Part: Sendable {
        var purchase: Int32
        var code: UInt32
        var net: Int64
        var isRefund: Bool
    }

    let shiftDays: Int
    private let recentFrom: Int32
    private let earlierFrom: Int32
    private let rates: Rates
    private var ledger: PurchaseLedger
    private var zone: CustomerZone
    private var home: UInt32 = 0
    private var details: [Detail] = []
    private var parts: [Part] = []
    private var current: Int?
    private var places = KeyIndex()
    private var scratch: [Group] = []
    private var counted: [Int32] = []
    private var clock = ClockTimes()

    /// The groups of all customers so far.
    private(set) var groups = CustomerLists<Group>()
    /// The distinct local days with a purchase that counts, ascending.
    private(set) var days = CustomerLists<Int32>()
    /// The hours of the local clock with purchases.
    private(set) var hours = CustomerLists<HourCount>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        shiftDays = try context.policy.whole("base.shift_days")
        recentFrom = context.firstDay(ofTrailing: shiftDays)
        earlierFrom = context.firstDay(ofTrailing: 2 * shiftDays)
        rates = context.rates
        ledger = PurchaseLedger(rates: context.rates)
        zone = CustomerZone(context)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        ledger.begin()
        zone.begin()
        home = 0
        current = nil
        if !details.isEmpty { details.removeAll(keepingCapacity: true) }
        if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        switch fact.kind {
        case .purchase: purchase(fact)
        case .purchasePart, .refundPart: part(fact)
        case .purchaseTerms: terms(fact)
        case .refund: current = ledger.refund(fact)
        case .profile: profile(fact)
        case .erased: home = 0
        default: break
        }
    }

    private mutating func purchase(_ fact: borrowing Fact) {
        let index = ledger.purchase(fact)
        current = index
        guard index == details.count else { return }
        details.append(
            Detail(channel: fact.code, place: home, moment: zone.moment(fact.time)))
    }

    /// Parts follow the fact of their event at once.
    private mutating func part(_ fact: borrowing Fact) {
        guard let current else { return }
        var net = fact.amount
        if fact.flags.contains(.unconverted) {
            guard let rated = rates.converted(net, from: fact.detail, on: fact.day) else { return }
            net = rated
        }
        parts.append(
            Part(
                purchase: Int32(truncatingIfNeeded: current), code: fact.code, net: net,
                isRefund: fact.kind == .refundPart))
    }

    /// The region at the event, else the store, else where the customer lived then.
    private mutating func terms(_ fact: borrowing Fact) {
        guard let current else { return }
        if fact.code != 0 {
            details[current].place = fact.code
        } else if fact.reference != 0 {
            details[current].place = UInt32(truncatingIfNeeded: fact.reference)
        }
    }

    private mutating func profile(_ fact: borrowing Fact) {
        switch ProfileField(rawValue: fact.detail) {
        case .zone: zone.move(to: fact.code)
        case .region: home = fact.code
        default: break
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        defer {
            groups.endCustomer()
            days.endCustomer()
            hours.endCustomer()
        }
        guard !details.isEmpty else {
            let state = State(purchases: 0, night: 0, weekend: 0, categorised: 0)
            return (state, Measure(state: state, sine: 0, cosine: 0))
        }
        clock.removeAll()
        scratch.removeAll(keepingCapacity: true)
        places.removeAll()
        let purchases = countPurchases()
        let categorised = countParts()
        for group in scratch { groups.append(group) }
        for hour in 0..<24 where clock.hours[hour] > 0 {
            hours.append(HourCount(hour: hour, count: clock.hours[hour]))
        }
        let state = State(
            purchases: purchases, night: clock.night, weekend: clock.weekend, categorised: categorised)
        return (state, Measure(state: state, sine: clock.mean.sine, cosine: clock.mean.cosine))
    }

    private mutating func countPurchases() -> Int32 {
        var count: Int32 = 0
        counted.removeAll(keepingCapacity: true)
        var isSorted = true
        for (purchase, detail) in zip(ledger.purchases, details) where purchase.isCounted {
            count += 1
            if let last = counted.last, purchase.day < last { isSorted = false }
            counted.append(purchase.day)
            clock.add(detail.moment)
            let net = added(purchase.total, purchase.refunded == .min ? .max : -purchase.refunded)
            add(.channel, detail.channel, net, purchases: 1, on: purchase.day)
            add(.place, detail.place, net, purchases: 1, on: purchase.day)
        }
        if !isSorted { counted.sort() }
        var last: Int32?
        for day in counted where day != last {
            days.append(day)
            last = day
        }
        return count
    }

    /// Adds up the parts; the answer is how many purchases say a category. A purchase with several events may
    /// have several parts of one category: it counts once there.
    private mutating func countParts() -> Int32 {
        guard !parts.isEmpty else { return 0 }
        parts.sort { left, right in
            (left.purchase, left.code, left.isRefund ? 1 : 0) < (
                right.purchase, right.code, right.isRefund ? 1 : 0
            )
        }
        var categorised: Int32 = 0
        var lastPurchase: Int32 = -1
        var lastCode: UInt32 = 0
        for part in parts where part.code != 0 {
            let purchase = ledger.purchases[Int(part.purchase)]
            guard purchase.isCounted else { continue }
            let isNewPurchase = part.purchase != lastPurchase
            let isNew = isNewPurchase || part.code != lastCode
            if isNewPurchase { categorised += 1 }
            (lastPurchase, lastCode) = (part.purchase, part.code)
            add(
                .category, part.code, part.isRefund ? -part.net : part.net,
                purchases: isNew && !part.isRefund ? 1 : 0, on: purchase.day)
        }
        return categorised
    }

    private mutating func add(_ aspect: Aspect, _ code: UInt32, _ net: Int64, purchases: Int32, on day: Int32)
    {
        guard code != 0 else { return }
        // Spread, so that the same code of another aspect is not its neighbour.
        let key = (UInt64(code) << 2 | UInt64(aspect.rawValue)) &* 0x9E37_79B9_7F4A_7C15
        let place: Int
        if let known = places.value(of: key, orInsert: scratch.count) {
            place = known
        } else {
            place = scratch.count
            scratch.append(Group(aspect: aspect, code: code))
        }
        scratch[place].add(
            net, purchases: purchases, on: day, recentFrom: recentFrom, earlierFrom: earlierFrom)
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        groups.absorb(other.groups)
        days.absorb(other.days)
        hours.absorb(other.hours)
    }
}
