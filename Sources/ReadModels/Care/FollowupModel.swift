public import Projection

/// When somebody is to turn to a customer again: DOMAIN.md section 25.
public struct FollowupModel: ReadModel {
    /// The name of the view.
    public static let name = "followup"
    /// The views that it reads.
    public static let uses = ["value", "complaints", "care", "service"]
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["next_due_on", "overdue_days", "owner"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// The earliest day on which a plan that stands is due; `Int32.min` without one.
        public var planned = Int32.min
        /// Who is to follow it up, as a code of the ledger; 0 for nobody.
        public var planOwner: UInt32 = 0
        /// Who looks after the customer, as a code of the ledger; 0 for nobody.
        public var owner: UInt32 = 0
        /// The local day of the last follow-up that was done; `Int32.min` without one.
        public var lastDone = Int32.min
        /// Plans that were done.
        public var done: Int32 = 0
        /// Plans that were done by the day on which they were due.
        public var onTime: Int32 = 0
    }

    /// The state at the clock, under the policy.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// The local day of the last talk or follow-up; `Int32.min` without one.
        public var last: Int32
        /// Plans that stand and are overdue.
        public var overdue: Int32
    }

    /// Nothing of others.
    public struct Population: Codable, Sendable, Equatable {}

    private struct Plan: Sendable {
        let key: UInt64
        var due: Int32
        var owner: UInt32
        var stands = true
    }

    private let day: Int32
    private let talks: Set<UInt32>
    private let notReached: UInt32?
    private var plans: [Plan] = []
    private var state = State()
    private var lastTalk = Int32.min

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        day = context.clock.day
        talks = Set(try context.policy.texts("followup.two_way_channels").compactMap { context.code(of: $0) })
        notReached = context.code(of: "not_reached")
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
        lastTalk = .min
        if !plans.isEmpty { plans.removeAll(keepingCapacity: true) }
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .contact {
            contact(fact)
        } else if fact.kind == .followup {
            take(fact)
        } else if fact.kind == .profile, fact.detail == ProfileField.owner.rawValue {
            state.owner = fact.code
        }
    }

    private mutating func contact(_ fact: borrowing Fact) {
        let isTalk = talks.contains(fact.code)
        if fact.flags.contains(.bulk) { return }
        if isTalk { lastTalk = fact.day } else if fact.flags.contains(.inbound) { lastTalk = fact.day }
    }

    private mutating func take(_ fact: borrowing Fact) {
        let key = fact.key
        let place = key == 0 ? nil : plans.firstIndex { $0.key == key }
        switch fact.detail {
        case 1:
            let plan = Plan(
                key: fact.key, due: Int32(clamping: fact.extra),
                owner: UInt32(truncatingIfNeeded: fact.reference))
            if let place { plans[place] = plan } else { plans.append(plan) }
        case 2:
            done(fact, place)
        default:
            if let place { plans[place].stands = false }
        }
    }

    private mutating func done(_ fact: borrowing Fact, _ place: Int?) {
        // What nobody had an id for was to be done next: any follow-up does it.
        for index in plans.indices where plans[index].key == 0 { plans[index].stands = false }
        if let place, plans[place].stands {
            plans[place].stands = false
            state.done += 1
            if fact.day <= plans[place].due { state.onTime += 1 }
        }
        // Whoever was not reached has not been followed up, although somebody tried.
        if notReached != fact.code { state.lastDone = fact.day }
        if fact.extra != .min {
            plans.append(Plan(key: 0, due: Int32(clamping: fact.extra), owner: 0))
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var overdue: Int32 = 0
        for plan in plans where plan.stands {
            if plan.due < day { overdue += 1 }
            if state.planned == .min || plan.due < state.planned {
                state.planned = plan.due
                state.planOwner = plan.owner
            }
        }
        return (state, Measure(state: state, last: max(state.lastDone, lastTalk), overdue: overdue))
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }
}
