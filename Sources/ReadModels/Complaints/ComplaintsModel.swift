public import Projection

/// How many complaints a customer made, what became of them and how long it took: DOMAIN.md section 9.
public struct ComplaintsModel: ReadModel {
    /// The name of the view.
    public static let name = "complaints"
    /// The views that it reads: targets can depend on the value tier.
    public static let uses = ["value"]
    /// The version of the rules.
    public static let version = 3
    /// What a person wants to see first.
    public static let headline = ["open", "opened", "breached"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the opening of the oldest open complaint stands in the log, plus 1; 0 without one.
        public var oldestOpen: UInt64 = 0
        /// Where the last resolution of a complaint that is not open stands in the log, plus 1.
        public var lastResolution: UInt64 = 0
        /// Complaints ever opened.
        public var opened: Int32 = 0
        /// Complaints that are open or waiting for the customer.
        public var open: Int32 = 0
        /// Complaints that were ever resolved.
        public var resolved: Int32 = 0
        /// Complaints that were ever opened again.
        public var reopened: Int32 = 0
        /// Complaints that are not open and have an outcome.
        public var answered: Int32 = 0
        /// Those of them whose outcome the customer was told.
        public var told: Int32 = 0
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// Complaints that are not open and were resolved in the last days (policy: 90).
        public var resolvedLately: Int32
        var unused: Int32 = 0
    }

    /// Sums over all customers.
    public struct Population: Codable, Sendable, Equatable {
        /// Complaints ever opened.
        public var opened: Int
        /// Complaints that are open.
        public var open: Int
        /// Complaints that were ever resolved.
        public var resolved: Int
        /// Complaints that were ever opened again.
        public var reopened: Int
    }

    let targets: ServiceTargets
    private let recentFrom: Int32

    /// The complaints of all customers so far.
    private(set) var book: CaseBook<ComplaintCase>

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        recentFrom = context.firstDay(ofTrailing: try policy.whole("churn.recent_days"))
        targets = try ServiceTargets(
            policy, table: "complaints.targets",
            standard: [
                "acknowledge": "complaints.acknowledge_minutes", "respond": "complaints.respond_minutes",
                "resolve": "complaints.resolve_minutes",
            ])
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
        if fact.kind == .complaint { take(fact) } else { book.take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        guard let step = ComplaintStep(rawValue: fact.detail) else { return }
        if step == .opened {
            guard book.isNew(fact.key) else { return }
            book.open(ComplaintCase(fact, opened: book.mark(fact)))
        } else if let place = book.place(of: fact.key) {
            let mark = book.mark(fact)
            book[place].take(step, fact, at: mark)
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var state = State()
        var lately: Int32 = 0
        state.opened = Int32(book.count)
        var lastResolvedOn = Int32.min
        book.endCustomer { complaint in
            if complaint.wasResolved { state.resolved += 1 }
            if complaint.wasReopened { state.reopened += 1 }
            if complaint.isOpen {
                state.open += 1
                if state.oldestOpen == 0 { state.oldestOpen = complaint.opening + 1 }
            } else if complaint.wasResolved {
                state.answered += 1
                if complaint.isTold { state.told += 1 }
                if complaint.resolvedOn >= recentFrom { lately += 1 }
                if complaint.resolvedOn >= lastResolvedOn {
                    lastResolvedOn = complaint.resolvedOn
                    state.lastResolution = complaint.resolution + 1
                }
            }
        }
        return (state, Measure(state: state, resolvedLately: lately))
    }

    /// Adds what another worker's instance kept of its customers.
    public mutating func absorb(_ other: Self) {
        book.absorb(other.book)
    }
}
