public import Projection

/// How each customer is served, by a table of the policy: DOMAIN.md section 25.
public struct ServiceModel: ReadModel {
    /// The name of the view.
    public static let name = "service"
    /// The views that it reads.
    public static let uses = ["value", "lifecycle", "needs", "portfolio", "segments"]
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["level", "owner"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Messages to the customer and replies to complaints.
        public var answers: Int32 = 0
        /// Those that a program made.
        public var automatic: Int32 = 0
    }

    /// The same in the window of contacts.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// Messages to the customer and replies to complaints in the window.
        public var answers: Int32
        /// Those that a program made.
        public var automatic: Int32
    }

    /// Nothing of others.
    public struct Population: Codable, Sendable, Equatable {}

    let rules: ServiceRules
    private let windowFrom: Int32
    private var state = State()
    private var recent = State()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rules = try ServiceRules(context.policy)
        windowFrom = context.firstDay(ofTrailing: try context.policy.whole("interaction.window_days"))
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
        recent = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .contact {
            if !fact.flags.contains(.inbound), !fact.flags.contains(.bulk) {
                count(fact, isAutomatic: fact.flags.contains(.automatic))
            }
        } else if fact.kind == .complaint, fact.detail == ComplaintStep.replied.rawValue {
            count(fact, isAutomatic: !fact.flags.contains(.byHuman))
        }
    }

    private mutating func count(_ fact: borrowing Fact, isAutomatic: Bool) {
        state.answers += 1
        if isAutomatic { state.automatic += 1 }
        guard fact.day >= windowFrom else { return }
        recent.answers += 1
        if isAutomatic { recent.automatic += 1 }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        (state, Measure(state: state, answers: recent.answers, automatic: recent.automatic))
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }
}

/// Finds the rule of customers, one after the other: all that it needs of other models, taken out once.
struct ServiceAssigner {
    private let rules: ServiceRules
    private let tiers: ValueTiers
    private let positions: PositionAssessor
    private let segments: SegmentJudge
    private let stages: [LifecycleModel.Measure]
    private let needs: NeedsModel
    private let context: FoldContext

    init(_ base: Base) {
        rules = base.run(of: ServiceModel.self).projector.rules
        tiers = ValueTiers(base)
        positions = base.shared(PositionAssessor.init)
        segments = base.shared(SegmentJudge.init)
        stages = base.measures(LifecycleModel.self)
        needs = base.run(of: NeedsModel.self).projector
        context = base.context
    }

    /// The rule for the customer at an index; nil where none fits.
    func rule(_ index: Int) -> ServiceRules.Rule? {
        rules.rule { fact in
            switch fact {
            case .tier: [tiers.tier(index)]
            case .stage: [stages[index].stage.code]
            case .position: [positions.position(of: index).rawValue]
            case .segment: segments.segments(index).map(\.name)
            case .need:
                needs.book.cases[index].filter(\.isOpen).compactMap { context.text(of: $0.category) }
            }
        }
    }
}
