public import Projection

/// How many complaints a customer made and what became of them: DOMAIN.md section 9, without its clocks.
public struct ComplaintsModel: ReadModel {
    /// The name of the view.
    public static let name = "complaints"
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["open", "opened"]

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
        /// How often a complaint was resolved.
        public var resolved: Int32 = 0
        /// How often a complaint was opened again.
        public var reopened: Int32 = 0
        /// Complaints that were ever resolved.
        public var everResolved: Int32 = 0
        /// Complaints that were ever opened again.
        public var everReopened: Int32 = 0
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
        public var everResolved: Int
        /// Complaints that were ever opened again.
        public var everReopened: Int
    }

    private enum Condition: Sendable {
        case open
        case waiting
        case resolved
        case closed
    }

    private struct Complaint: Sendable {
        var opening: UInt64
        var resolution: UInt64 = 0
        var resolvedOn: Int32 = .min
        var condition = Condition.open
        var wasResolved = false
        var wasReopened = false

        var isOpen: Bool { condition == .open || condition == .waiting }
    }

    private let recentFrom: Int32
    private var complaints: [Complaint] = []
    private var index = KeyIndex()
    private var resolved: Int32 = 0
    private var reopened: Int32 = 0

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        recentFrom = context.firstDay(ofTrailing: try context.policy.whole("churn.recent_days"))
    }

    /// Forgets the customer before.
    public mutating func begin() {
        guard !complaints.isEmpty else { return }
        complaints.removeAll(keepingCapacity: true)
        index.removeAll()
        resolved = 0
        reopened = 0
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .complaint { take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        guard let step = ComplaintStep(rawValue: fact.detail) else { return }
        if step == .opened {
            if index.value(of: fact.key, orInsert: complaints.count) == nil {
                complaints.append(Complaint(opening: fact.position))
            }
            return
        }
        // A step of a complaint whose opening is not in view says nothing that could be counted.
        guard let place = index.value(of: fact.key) else { return }
        move(place, step, fact)
    }

    private mutating func move(_ place: Int, _ step: ComplaintStep, _ fact: borrowing Fact) {
        var complaint = complaints[place]
        switch (step, complaint.condition) {
        case (.waiting, .open):
            complaint.condition = .waiting
        case (.resumed, .waiting):
            complaint.condition = .open
        case (.resolved, .open), (.resolved, .waiting):
            complaint.condition = .resolved
            complaint.wasResolved = true
            complaint.resolution = fact.position
            complaint.resolvedOn = fact.day
            resolved += 1
        case (.reopened, .resolved), (.reopened, .closed):
            complaint.condition = .open
            complaint.wasReopened = true
            reopened += 1
        case (.closed, _):
            complaint.condition = .closed
        default:
            break
        }
        complaints[place] = complaint
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var state = State()
        var lately: Int32 = 0
        guard !complaints.isEmpty else { return (state, Measure(state: state, resolvedLately: 0)) }
        state.opened = Int32(complaints.count)
        state.resolved = resolved
        state.reopened = reopened
        var lastResolvedOn = Int32.min
        for complaint in complaints {
            if complaint.wasResolved { state.everResolved += 1 }
            if complaint.wasReopened { state.everReopened += 1 }
            if complaint.isOpen {
                state.open += 1
                if state.oldestOpen == 0 { state.oldestOpen = complaint.opening + 1 }
            } else if complaint.wasResolved {
                if complaint.resolvedOn >= recentFrom { lately += 1 }
                if complaint.resolvedOn >= lastResolvedOn {
                    lastResolvedOn = complaint.resolvedOn
                    state.lastResolution = complaint.resolution + 1
                }
            }
        }
        return (state, Measure(state: state, resolvedLately: lately))
    }
}
