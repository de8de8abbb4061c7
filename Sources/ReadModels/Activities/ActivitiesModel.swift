public import Events
public import Projection

/// Which activities customers are invited to and come to, and whether training spares them needs: DOMAIN.md section 25.
public struct ActivitiesModel: ReadModel {
    /// The name of the view.
    public static let name = "activities"
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["attended", "last_on"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Activities invited to.
        public var invited: Int32 = 0
        /// Activities attended.
        public var attended: Int32 = 0
        /// Of the invitations, those that were followed.
        public var followed: Int32 = 0
        /// The local day of the last activity attended; `Int32.min` without one.
        public var lastOn = Int32.min
    }

    /// The state at the clock, under the policy.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// The local day of the last training; `Int32.min` without one.
        public var trainedOn = Int32.min
        /// Needs raised in the days before it (policy: 90).
        public var needsBefore: Int32 = 0
        /// Needs raised in as many days after it.
        public var needsAfter: Int32 = 0
    }

    /// Nothing of others.
    public struct Population: Codable, Sendable, Equatable {}

    private let days: Int32
    private let training: Set<UInt32>
    private var state = State()
    private var trainedOn = Int32.min
    private var invitations: [UInt64] = []
    private var visits: [UInt64] = []
    private var needs: [Int32] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        days = Int32(try context.policy.whole("activities.need_days"))
        training = Set(
            try context.policy.texts("activities.training_kinds").compactMap { context.code(of: $0) })
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !needs.isEmpty { needs.removeAll(keepingCapacity: true) }
        guard !invitations.isEmpty || !visits.isEmpty else { return }
        state = State()
        trainedOn = .min
        invitations.removeAll(keepingCapacity: true)
        visits.removeAll(keepingCapacity: true)
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .activity {
            take(fact)
        } else if fact.kind == .need, fact.detail == 1 {
            needs.append(fact.day)
        }
    }

    /// An activity is known by its id: invited twice is invited once.
    private mutating func take(_ fact: borrowing Fact) {
        if fact.detail == 1 {
            if !invitations.contains(fact.key) { invitations.append(fact.key) }
            return
        }
        if !visits.contains(fact.key) { visits.append(fact.key) }
        state.lastOn = fact.day
        if training.contains(fact.code) { trainedOn = fact.day }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        state.invited = Int32(invitations.count)
        state.attended = Int32(visits.count)
        state.followed = Int32(invitations.count { visits.contains($0) })
        var measure = Measure(state: state, trainedOn: trainedOn)
        guard trainedOn != .min else { return (state, measure) }
        for day in needs {
            if day < trainedOn, day >= trainedOn - days { measure.needsBefore += 1 }
            if day > trainedOn, day <= trainedOn + days { measure.needsAfter += 1 }
        }
        return (state, measure)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule("invited", "How many activities you were invited to.", source: "DOMAIN.md 25"),
        FieldRule("attended", "How many activities you came to, invited or not.", source: "DOMAIN.md 25"),
        FieldRule("last_on", "When you last came to one.", source: "DOMAIN.md 25"),
        FieldRule(
            "training",
            "Your last training, and how many needs you had in the days before and after it.",
            source: "DOMAIN.md 25", parameters: ["activities.training_kinds", "activities.need_days"]),
    ]

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let measure = base.run(of: Self.self).measures[index]
        let state = measure.state
        let isTrained = measure.trainedOn != .min
        return [
            "invited": Answer.count(state.invited), "attended": Answer.count(state.attended),
            "last_on": Answer.day(state.lastOn == .min ? nil : state.lastOn),
            "training": [
                "on": Answer.day(isTrained ? measure.trainedOn : nil),
                "needs_before": isTrained ? Answer.count(measure.needsBefore) : nil,
                "needs_after": isTrained ? Answer.count(measure.needsAfter) : nil,
            ],
        ]
    }

    /// The population report. Needs before and after are of those only whose days after the training are over.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let run = base.run(of: Self.self)
        let last = base.context.clock.day - run.projector.days
        var sums = (invited: 0, attended: 0, followed: 0, trained: 0, before: 0, after: 0)
        for measure in run.measures {
            sums.invited += Int(measure.state.invited)
            sums.attended += Int(measure.state.attended)
            sums.followed += Int(measure.state.followed)
            guard measure.trainedOn != .min, measure.trainedOn <= last else { continue }
            sums.trained += 1
            sums.before += Int(measure.needsBefore)
            sums.after += Int(measure.needsAfter)
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "invited": Answer.count(sums.invited), "attended": Answer.count(sums.attended),
            "attendance_rate": Answer.share(sums.followed, of: sums.invited),
            "training": [
                "customers": Answer.count(sums.trained), "needs_before": Answer.count(sums.before),
                "needs_after": Answer.count(sums.after),
            ],
        ]
    }
}
