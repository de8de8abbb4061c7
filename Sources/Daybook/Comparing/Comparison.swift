import Projection
import Views

/// The steps from one point to another, each of which changes one thing.
struct Comparison {
    /// What a step changes.
    enum Cause: String {
        case none
        /// Other rules: another version of a view, or a lane that was extracted otherwise.
        case rules
        /// Other rules that this program does not have, or anything else.
        case unknown
        case policy
        case time
        case lateKnowledge = "late_knowledge"
        case correction
        case event
    }

    struct Step {
        let cause: Cause
        let point: FoldPoint
    }

    let steps: [Step]

    /// Policy first, then the clock, then what was learned of the time before, then what happened since.
    ///
    /// Facts are never later than the clock: a step back in time takes the events away before it turns the
    /// clock back. A step that changes nothing is left out.
    init(from start: FoldPoint, to end: FoldPoint) {
        let isForward = start.clock.instant <= end.clock.instant
        var point = start
        var steps = [Step(cause: .none, point: point)]
        func take(_ cause: Cause, ifChanged isChanged: Bool, _ change: (inout FoldPoint) -> Void) {
            change(&point)
            if isChanged { steps.append(Step(cause: cause, point: point)) }
        }
        take(.policy, ifChanged: !start.rules.says(theSameAs: end.rules)) { $0.rules = end.rules }
        let moves = start.clock != end.clock
        if isForward { take(.time, ifChanged: moves) { $0.clock = end.clock } }
        if !isForward { take(.event, ifChanged: start.until != end.until) { $0.until = end.until } }
        take(.lateKnowledge, ifChanged: start.factsKnown != end.factsKnown) { $0.factsKnown = end.factsKnown }
        take(.correction, ifChanged: start.actsKnown != end.actsKnown) { $0.actsKnown = end.actsKnown }
        if isForward { take(.event, ifChanged: start.until != end.until) { $0.until = end.until } }
        if !isForward { take(.time, ifChanged: moves) { $0.clock = end.clock } }
        // The last step is the end itself, which a question can name: its populations are kept.
        if let last = steps.last, last.cause != .none {
            steps[steps.count - 1] = Step(cause: last.cause, point: end)
        }
        self.steps = steps
    }
}

extension Rules {
    /// Whether policy and reference data are the same.
    func says(theSameAs other: Rules) -> Bool {
        policy.hash == other.policy.hash && references == other.references
    }
}

extension ChangedFacts {
    /// The positions of the events that a cause can have moved.
    func positions(of cause: Comparison.Cause) -> [UInt64] {
        switch cause {
        case .event: events
        case .lateKnowledge: late
        case .correction: acts
        case .none, .rules, .unknown, .time, .policy: []
        }
    }
}
