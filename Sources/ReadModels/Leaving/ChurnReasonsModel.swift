import Events
public import Projection

/// Why customers left, or seem to have: DOMAIN.md section 17.
public struct ChurnReasonsModel: ReadModel {
    /// The name of the view.
    public static let name = "churn_reasons"
    /// The views that it reads.
    public static let uses = ["value", "lifecycle"]
    /// The version of the rules.
    public static let version = 2
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.prospecting

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// How many different reasons were given.
        public var given: Int32 = 0
        /// Complaints that were opened.
        public var complaints: Int32 = 0
        /// Purchases: reasons that were given after all of them belong to the leaving that lasts.
        public var purchases: Int32 = 0
    }

    /// Nothing is needed of others.
    public struct Population: Codable, Sendable, Equatable {}

    /// A reason that was given.
    struct Reason: Sendable {
        var code: UInt32
        /// The event that gave it first.
        var position: UInt64
        /// How many purchases came before it: reasons with the same number belong to one leaving.
        var purchasesBefore: Int32
    }

    /// A complaint, by what it was about.
    struct Complaint: Sendable {
        var code: UInt32
        var day: Int32
        var position: UInt64
    }

    let complaintDays: Int
    private let involuntary: Set<UInt32>
    private var own: [Reason] = []
    private var purchases: Int32 = 0
    private var count = State()

    /// The reasons that were given, of all customers so far.
    private(set) var reasons = CustomerLists<Reason>()
    /// The complaints of all customers so far that say a category.
    private(set) var complaints = CustomerLists<Complaint>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        complaintDays = try context.policy.whole("churn_reasons.complaint_days")
        involuntary = Set(
            try context.policy.texts("churn_reasons.involuntary").compactMap { context.code(of: $0) })
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !own.isEmpty { own.removeAll(keepingCapacity: true) }
        purchases = 0
        count = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        // Not a case among others: most facts are purchases, and a jump table is guessed wrong more often.
        if fact.kind == .purchase {
            purchases &+= 1
            return
        }
        switch fact.kind {
        case .churnReason, .relationshipEnded: give(fact)
        case .complaint where fact.detail == ComplaintStep.opened.rawValue: complain(fact)
        default: break
        }
    }

    private mutating func give(_ fact: borrowing Fact) {
        guard fact.code != 0 else { return }
        let code = fact.code
        // Given again after coming back, it is a reason of the new leaving.
        own.removeAll { $0.code == code && $0.purchasesBefore != purchases }
        guard !own.contains(where: { $0.code == code }) else { return }
        own.append(Reason(code: code, position: fact.position, purchasesBefore: purchases))
    }

    private mutating func complain(_ fact: borrowing Fact) {
        count.complaints += 1
        guard fact.code != 0 else { return }
        complaints.append(Complaint(code: fact.code, day: fact.day, position: fact.position))
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        count.given = Int32(own.count)
        count.purchases = purchases
        for reason in own { reasons.append(reason) }
        reasons.endCustomer()
        complaints.endCustomer()
        return (count, count)
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        reasons.absorb(other.reasons)
        complaints.absorb(other.complaints)
    }

    /// Whether the customer left for a reason that nobody can be won back from.
    func isInvoluntary(_ index: Int) -> Bool {
        let last = reasons[index].map(\.purchasesBefore).max()
        return reasons[index].contains { $0.purchasesBefore == last && involuntary.contains($0.code) }
    }
}
