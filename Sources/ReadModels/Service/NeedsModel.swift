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

    /// The needs of all customers so far.
    private(set) var book: CaseBook<NeedCase>

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        targets = try ServiceTargets(
            context.policy, table: "needs.targets", standard: ["meet": "needs.meet_minutes"])
        urgency = try UrgencyRule(context.policy)
        book = try CaseBook(context)
    }

    /// Forgets the customer before.
    @inline(__always)
    public mutating func begin() {
        book.begin()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .need { take(fact) } else { book.take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        if fact.detail == 1 {
            guard book.isNew(fact.key) else { return }
            let due = fact.extra == .min ? nil : book.mark(at: fact.extra)
            book.open(NeedCase(fact, opened: book.mark(fact), dueBy: due))
        } else if let place = book.place(of: fact.key) {
            let mark = book.mark(fact)
            book[place].take(fact, at: mark)
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        var state = State()
        state.raised = Int32(book.count)
        book.endCustomer { need in
            if need.isOpen {
                state.open += 1
            } else {
                state.met += 1
                if need.isTold { state.told += 1 }
            }
        }
        return (state, state)
    }

    /// Adds what another worker's instance kept of its customers.
    public mutating func absorb(_ other: Self) {
        book.absorb(other.book)
    }
}
