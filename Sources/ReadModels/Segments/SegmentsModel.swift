import Events
public import Projection

/// Which groups a customer belongs to by behaviour, declaration and person: DOMAIN.md section 13. Segments
/// overlap, and each says what it rests on.
///
/// What is bought, where and when comes from `PerformanceModel`, contacts from `InteractionModel`: the fold here
/// takes what customers said of themselves, and what they needed.
public struct SegmentsModel: ReadModel {
    /// The name of the view.
    public static let name = "segments"
    /// The views that it reads.
    public static let uses = ["lifecycle", "interaction", "performance"]
    /// The version of the rules.
    public static let version = 1
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.product

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the last event that says the gender stands in the log, plus 1; 0 without one. Its value is personal:
        /// it is read when a row is made.
        public var gender: UInt64 = 0
        /// How many things the customer declared, and how many categories of needs there were.
        public var marks: Int32 = 0
        var unused: Int32 = 0
    }

    /// Where the quintiles of the base begin.
    public struct Population: Codable, Sendable, Equatable {
        /// Of repeat purchase days a day, among those known long enough: by the bits of the quotient, which are in
        /// the order of the quotients.
        public var frequency: RankCuts
        /// Of inbound contacts in the window, among those who made any.
        public var inbound: RankCuts
    }

    /// What kind of thing is known of a customer besides purchases and contacts. The order is that of rows.
    enum MarkKind: UInt8, Sendable, CaseIterable {
        case ageBand = 1
        case region = 2
        case city = 3
        case incomeBand = 4
        case interest = 5
        case trait = 6
        case need = 7

        /// Whether a later value replaces the earlier one.
        var isSingle: Bool { rawValue <= MarkKind.incomeBand.rawValue }
    }

    /// One such thing.
    struct Mark: Sendable {
        var kind: MarkKind
        var code: UInt32
        /// The dimension of a trait.
        var dimension: UInt32 = 0
        /// How many events say it.
        var count: Int32 = 1
    }

    let rule: SegmentRule
    private let needsFrom: Int32
    private var state = State()
    private var own: [Mark] = []

    /// The marks of all customers so far.
    private(set) var marks = CustomerLists<Mark>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rule = try SegmentRule(context.policy)
        needsFrom = context.firstDay(ofTrailing: rule.needDays)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
        own.removeAll(keepingCapacity: true)
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        switch fact.kind {
        case .profile, .interest, .trait, .need, .erased: take(fact)
        default: break
        }
    }

    private mutating func take(_ fact: borrowing Fact) {
        switch fact.kind {
        case .profile: profile(fact)
        case .interest: add(Mark(kind: .interest, code: fact.code))
        case .trait:
            add(Mark(kind: .trait, code: fact.code, dimension: UInt32(truncatingIfNeeded: fact.key)))
        case .need:
            if fact.detail == 1, fact.day >= needsFrom { add(Mark(kind: .need, code: fact.code)) }
        case .erased:
            // Who was erased has asked to be unknown; what the shop had to do for them is the shop's.
            own.removeAll { $0.kind != .need }
            state.gender = 0
        default: break
        }
    }

    private mutating func profile(_ fact: borrowing Fact) {
        switch ProfileField(rawValue: fact.detail) {
        case .ageBand: add(Mark(kind: .ageBand, code: fact.code))
        case .region: add(Mark(kind: .region, code: fact.code))
        case .city: add(Mark(kind: .city, code: fact.code))
        case .incomeBand: add(Mark(kind: .incomeBand, code: fact.code))
        case .gender: state.gender = fact.position + 1
        default: break
        }
    }

    private mutating func add(_ mark: Mark) {
        guard mark.code != 0 else { return }
        let place = own.firstIndex { known in
            known.kind == mark.kind
                && (mark.kind.isSingle || (known.code == mark.code && known.dimension == mark.dimension))
        }
        guard let place else {
            own.append(mark)
            return
        }
        own[place].count = own[place].code == mark.code ? own[place].count + 1 : 1
        own[place].code = mark.code
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        state.marks = Int32(own.count)
        for mark in own { marks.append(mark) }
        marks.endCustomer()
        return (state, state)
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        marks.absorb(other.marks)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let lifecycle = base.run(of: LifecycleModel.self)
        let leastDays = lifecycle.projector.rule.baseDays
        var frequencies: [Int64] = []
        for measure in lifecycle.measures {
            if let frequency = SegmentRule.frequency(
                measure.state, on: base.context.clock.day, leastDays: leastDays)
            {
                frequencies.append(SegmentRule.ordered(frequency))
            }
        }
        var inbound = base.measures(InteractionModel.self).map { Int64($0.inbound) }.filter { $0 > 0 }
        frequencies.sort()
        inbound.sort()
        return Population(frequency: RankCuts(ascending: frequencies), inbound: RankCuts(ascending: inbound))
    }
}

/// The bounds of DOMAIN.md section 13, with the policy's parameters.
struct SegmentRule: Sendable {
    let nightPurchases: Int
    let nightShare: Double
    let dominantShare: Double
    let dominantPurchases: Int
    let interestShare: Double
    let needDays: Int
    let leastNeeds: Int
    let leastCustomers: Int
    let confidence: Double

    init(_ policy: PolicyDocument) throws {
        nightPurchases = try policy.whole("segments.night_purchases")
        nightShare = try policy.real("segments.night_share")
        dominantShare = try policy.real("segments.dominant_share")
        dominantPurchases = try policy.whole("segments.dominant_purchases")
        interestShare = try policy.real("segments.interest_share")
        needDays = try policy.whole("segments.need_days")
        leastNeeds = try policy.whole("segments.needs")
        leastCustomers = try policy.whole("segments.least_customers")
        confidence = try policy.real("satisfaction.confidence")
    }

    /// The share of purchases at night, drawn towards one in six by as much as six purchases weigh:
    /// (k + 1) / (n + 6).
    static func shrunkNightShare(_ night: Int, of count: Int) -> Double {
        Double(night + 1) / Double(count + 6)
    }

    func isNightOwl(night: Int, of count: Int) -> Bool {
        count >= nightPurchases && Self.shrunkNightShare(night, of: count) >= nightShare
    }

    /// Repeat purchase days a day since the first one; nil without a purchase, and for customers who are known for
    /// less time than `leastDays`.
    static func frequency(_ state: LifecycleModel.State, on day: Int32, leastDays: Int64) -> Double? {
        let days = Int64(day) - Int64(state.firstPurchase)
        guard state.purchaseDays > 0, days >= max(1, leastDays) else { return nil }
        return Double(state.purchaseDays - 1) / Double(days)
    }

    /// The bits of a number that is not negative: in the order of such numbers.
    static func ordered(_ number: Double) -> Int64 { Int64(bitPattern: number.bitPattern) }
}
