public import Projection

/// What customers say without complaining, and whether they hear what came of it: DOMAIN.md section 25.
public struct FeedbackModel: ReadModel {
    /// The name of the view.
    public static let name = "feedback"
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["received", "open"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Feedback ever received.
        public var received: Int32 = 0
        /// What nobody has answered.
        public var open: Int32 = 0
        /// What was answered.
        public var answered: Int32 = 0
        /// Of the answered, what the customer was told of.
        public var told: Int32 = 0
    }

    /// Sums over all customers.
    public struct Population: Codable, Sendable, Equatable {
        /// Feedback ever received.
        public var received: Int
        /// What nobody has answered.
        public var open: Int
        /// What was answered.
        public var answered: Int
        /// Of the answered, what customers were told of.
        public var told: Int
    }

    /// One piece of feedback.
    struct Item: Sendable {
        /// Where it stands in the log.
        let position: UInt64
        var name = ItemName()
        let kind: UInt32
        var outcome: UInt32 = 0
        var answeredOn = Int32.min
        /// The moment of the first answer.
        var answeredAt = Int64.max
        /// The reading of the business clock when it was answered first; nil while nobody has.
        var answered: Int64?
        var isTold = false
    }

    let now: Int64
    private(set) var clock: BusinessClock
    private var own: [Item] = []
    private var index = KeyIndex()
    private var spoken = SpokenOf()

    /// The feedback of all customers so far, in the order of its arrival.
    private(set) var items = CustomerLists<Item>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        clock = try BusinessClock(context)
        now = clock.reading(at: context.clock.instant + 1)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !spoken.isEmpty { spoken.removeAll() }
        guard !own.isEmpty else { return }
        own.removeAll(keepingCapacity: true)
        index.removeAll()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .feedback {
            take(fact)
        } else if fact.kind == .contactDetail {
            spoken.take(fact)
        } else if fact.kind == .itemName {
            let last = own.count - 1
            if last >= 0, own[last].position == fact.position { own[last].name = ItemName(fact) }
        }
    }

    private mutating func take(_ fact: borrowing Fact) {
        if fact.detail == 1 {
            if index.value(of: fact.key, orInsert: own.count) == nil {
                own.append(Item(position: fact.position, kind: fact.code))
            }
            return
        }
        guard let place = index.value(of: fact.key) else { return }
        if own[place].answered == nil {
            own[place].answered = clock.reading(at: fact.time)
            own[place].answeredOn = fact.day
            own[place].answeredAt = fact.time
        }
        // What was planned may be adopted later: the last outcome is the one that there is.
        own[place].outcome = fact.code
        if fact.flags.contains(.told) { own[place].isTold = true }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        var state = State()
        for var item in own {
            if item.answered != nil, spoken.contains(item.name, since: item.answeredAt) { item.isTold = true }
            state.received += 1
            if item.answered == nil {
                state.open += 1
            } else {
                state.answered += 1
                if item.isTold { state.told += 1 }
            }
            items.append(item)
        }
        items.endCustomer()
        return (state, state)
    }

    /// Adds what another worker's instance kept of its customers.
    public mutating func absorb(_ other: Self) {
        items.absorb(other.items)
    }

    /// Whether feedback was answered more than a business day ago, and the customer does not know.
    func isUntold(_ item: Item) -> Bool {
        guard let answered = item.answered, !item.isTold else { return false }
        return clock.isOverdue(answered, at: now)
    }
}
