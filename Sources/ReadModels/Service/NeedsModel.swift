public import Projection

/// What customers need without being dissatisfied: DOMAIN.md section 24.
public struct NeedsModel: ReadModel {
    /// The name of the view.
    public static let name = "needs"
    /// The views that it reads: targets can depend on the value tier.
    public static let uses = ["value"]
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["open", "most_urgent.need", "most_urgent.due_at"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Needs ever raised.
        public var raised: Int32 = 0
        /// Those that are not met.
        public var open: Int32 = 0
        /// Those that are met.
        public var met: Int32 = 0
        /// Those that are met and of which the customer was told so.
        public var told: Int32 = 0
    }

    /// Sums over all customers.
    public struct Population: Codable, Sendable, Equatable {
        /// Needs ever raised.
        public var raised: Int
        /// Those that are not met.
        public var open: Int
    }

    let targets: ServiceTargets
    let urgency: UrgencyRule
    let now: ComplaintCase.Mark
    private(set) var clock: BusinessClock
    private var needs: [NeedCase] = []
    private var index = KeyIndex()
    private var spoken = SpokenOf()

    /// The needs of all customers so far, in the order of their raising.
    private(set) var cases = CustomerLists<NeedCase>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        targets = try ServiceTargets(
            context.policy, table: "needs.targets", standard: ["meet": "needs.meet_minutes"])
        urgency = try UrgencyRule(context.policy)
        clock = try BusinessClock(context)
        let moment = context.clock.instant + 1
        now = ComplaintCase.Mark(moment: moment, reading: clock.reading(at: moment))
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !spoken.isEmpty { spoken.removeAll() }
        guard !needs.isEmpty else { return }
        needs.removeAll(keepingCapacity: true)
        index.removeAll()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .need {
            take(fact)
        } else if fact.kind == .contactDetail {
            spoken.take(fact)
        } else if fact.kind == .itemName {
            name(fact)
        }
    }

    private mutating func take(_ fact: borrowing Fact) {
        if fact.detail == 1 {
            if index.value(of: fact.key, orInsert: needs.count) == nil {
                needs.append(NeedCase(fact, clock: &clock))
            }
        } else if let place = index.value(of: fact.key) {
            needs[place].take(fact, reading: clock.reading(at: fact.time))
        }
    }

    private mutating func name(_ fact: borrowing Fact) {
        let last = needs.count - 1
        if last >= 0, needs[last].raising == fact.position { needs[last].name = ItemName(fact) }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        var state = State()
        for var need in needs {
            state.raised += 1
            if let met = need.met, spoken.contains(need.name, since: met.moment) { need.isTold = true }
            if need.isOpen {
                state.open += 1
            } else {
                state.met += 1
                if need.isTold { state.told += 1 }
            }
            cases.append(need)
        }
        cases.endCustomer()
        return (state, state)
    }

    /// Adds what another worker's instance kept of its customers.
    public mutating func absorb(_ other: Self) {
        cases.absorb(other.cases)
    }
}
