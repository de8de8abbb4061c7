public import Projection

/// How a customer was won, how long it took and what it cost: DOMAIN.md section 25.
public struct AcquisitionModel: ReadModel {
    /// The name of the view.
    public static let name = "acquisition"
    /// The views that it reads.
    public static let uses = ["profit"]
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["origin", "converted_on"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the first lead stands in the log, plus 1; 0 without one.
        public var firstLead: UInt64 = 0
        /// What the leads cost, in minor units of the reporting currency.
        public var cost: Int64 = 0
        /// Leads.
        public var leads: Int32 = 0
        /// The local day of the first.
        public var capturedOn: Int32 = 0
        /// Messages from the customer.
        public var inbound: Int32 = 0
        /// Those that a purchase followed within the days of the policy.
        public var followed: Int32 = 0
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state = State()
        /// Where the customer came from as a code; 0 where nobody said.
        public var origin: UInt32 = 0
        var unused: UInt32 = 0
    }

    /// Nothing is needed of everybody.
    public struct Population: Codable, Sendable, Equatable {}

    let windowDays: Int32
    private let contactDays: Int32
    private let rates: Rates
    private var measure = Measure()
    private var origin: UInt32 = 0
    private var acquiredThrough: UInt32 = 0
    /// The days of messages that no purchase has followed yet.
    private var waiting: [Int32] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        windowDays = Int32(clamping: try context.policy.whole("acquisition.window_days"))
        contactDays = Int32(clamping: try context.policy.whole("acquisition.contact_days"))
        rates = context.rates
    }

    /// Forgets the customer before.
    public mutating func begin() {
        measure = Measure()
        (origin, acquiredThrough) = (0, 0)
        if !waiting.isEmpty { waiting.removeAll(keepingCapacity: true) }
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .purchase {
            if !waiting.isEmpty { follow(by: fact.day) }
        } else if fact.kind == .contact {
            takeContact(fact)
        } else if fact.kind == .lead {
            takeLead(fact)
        } else if fact.kind == .profile {
            takeProfile(fact)
        }
    }

    @inline(__always)
    private mutating func takeContact(_ fact: borrowing Fact) {
        guard fact.flags.contains(.inbound), !fact.flags.contains(.bulk) else { return }
        measure.state.inbound += 1
        waiting.append(fact.day)
    }

    private mutating func follow(by day: Int32) {
        for contact in waiting where contact >= day - contactDays { measure.state.followed += 1 }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func takeLead(_ fact: borrowing Fact) {
        if measure.state.leads == 0 {
            origin = fact.code
            measure.state.firstLead = fact.position + 1
            measure.state.capturedOn = fact.day
        }
        measure.state.leads += 1
        let cost =
            fact.flags.contains(.unconverted)
            ? rates.converted(fact.amount, from: fact.detail, on: fact.day) ?? 0 : fact.amount
        measure.state.cost = added(measure.state.cost, cost)
    }

    private mutating func takeProfile(_ fact: borrowing Fact) {
        if fact.detail == ProfileField.acquiredThrough.rawValue { acquiredThrough = fact.code }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        measure.origin = origin == 0 ? acquiredThrough : origin
        return (measure.state, measure)
    }
}
