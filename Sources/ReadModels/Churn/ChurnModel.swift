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
    public static let version = 3
    /// What a person wants to see first.
    public static let headline = ["risk", "band"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the last end of the relationship stands in the log, plus 1; 0 without one.
        public var lastEnd: UInt64 = 0
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
    private var state = State()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rule = try ChurnRule(context.policy, fitted: FittedModels(context).adjustments)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        guard fact.kind == .relationshipEnded else { return }
        state.lastEnd = fact.position + 1
        state.lastEndDay = fact.day
        state.ends += 1
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
