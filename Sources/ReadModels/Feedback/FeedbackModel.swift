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
    struct Item: TellableCase {
        let opening: UInt64
        var name = ItemName()
        let kind: UInt32
        /// What came of it last, as a code.
        var result: UInt32 = 0
        var answeredOn = Int32.min
        /// When it was answered first; nil while nobody has.
        var outcome: ClockMark?
        var isTold = false
    }

    /// The feedback of all customers so far.
    private(set) var book: CaseBook<Item>

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
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
        if fact.kind == .feedback { take(fact) } else { book.take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        if fact.detail == 1 {
            if book.isNew(fact.key) { book.open(Item(opening: fact.position, kind: fact.code)) }
            return
        }
        guard let place = book.place(of: fact.key) else { return }
        if book[place].outcome == nil {
            book[place].outcome = book.mark(fact)
            book[place].answeredOn = fact.day
        }
        // What was planned may be adopted later: the last outcome is the one that there is.
        book[place].result = fact.code
        if fact.flags.contains(.told) { book[place].isTold = true }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        var state = State()
        state.received = Int32(book.count)
        book.endCustomer { item in
            if item.outcome == nil {
                state.open += 1
            } else {
                state.answered += 1
                if item.isTold { state.told += 1 }
            }
        }
        return (state, state)
    }

    /// Adds what another worker's instance kept of its customers.
    public mutating func absorb(_ other: Self) {
        book.absorb(other.book)
    }
}
