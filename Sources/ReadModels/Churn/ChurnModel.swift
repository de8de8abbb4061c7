public import Projection

/// The risk that a customer does not buy within the horizon: DOMAIN.md section 7.
///
/// With a fitted model the base risk is its word; without one, the return rates of past month ends are. The return
/// rates of past month ends come from `LifecycleModel`, complaints, answers and contacts from their
/// own models: no rule is written twice, and the fold here has little to do.
public struct ChurnModel: ReadModel {
    /// The name of the view.
    public static let name = "churn"
    /// The views that it reads.
    public static let uses = ["value", "lifecycle", "satisfaction", "complaints", "interaction"]
    /// The version of the rules.
    public static let version = 4
    /// What a person wants to see first.
    public static let headline = ["risk", "band"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the last end of the relationship stands in the log, plus 1; 0 without one.
        public var lastEnd: UInt64 = 0
        /// A bit for each of the policy's purposes to which consent was withdrawn.
        public var withdrawn: UInt64 = 0
        /// How often the relationship was ended.
        public var ends: Int32 = 0
        /// The local day of the last end.
        public var lastEndDay: Int32 = 0
    }

    /// What a row needs of everybody: what became of customers in like states.
    public struct Population: Codable, Sendable, Equatable {
        /// The month ends that were looked at.
        public var referenceDates: Int
        /// By stage and ratio band: see `ReturnTable`.
        public var cells: [ReturnTable.Cell]
        /// All cells together.
        public var total: ReturnTable.Cell

        /// The share of all that did not buy, or nil where there was nobody to look at.
        public var overall: Double? {
            total.count > 0 ? Double(total.lost) / Double(total.count) : nil
        }
    }

    let rule: ChurnRule
    /// The codes of the purposes without whose consent nobody is scored.
    private let purposes: [UInt32?]
    private var state = State()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rule = try ChurnRule(context.policy, fitted: FittedModels(context).adjustments)
        purposes = try context.policy.texts("churn.consent_purposes").prefix(64).map { context.code(of: $0) }
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .relationshipEnded {
            state.lastEnd = fact.position + 1
            state.lastEndDay = fact.day
            state.ends += 1
        } else if fact.kind == .consent {
            consent(fact)
        }
    }

    private mutating func consent(_ fact: borrowing Fact) {
        let code = fact.code
        guard let place = purposes.firstIndex(of: code) else { return }
        if fact.flags.contains(.granted) {
            state.withdrawn &= ~(1 << UInt64(place))
        } else {
            state.withdrawn |= 1 << UInt64(place)
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        (state, state)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let lifecycle = base.run(of: LifecycleModel.self).projector
        let cells = lifecycle.returns.cells
        let total = cells.reduce(into: ReturnTable.Cell()) { sum, cell in
            sum.count += cell.count
            sum.lost += cell.lost
        }
        return Population(referenceDates: lifecycle.referenceCount, cells: cells, total: total)
    }
}
