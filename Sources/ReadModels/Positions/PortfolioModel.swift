import Events
public import Projection

/// Where a customer stands between value and outlook: DOMAIN.md section 24.
///
/// Value at past month ends is measured by profit, which matches purchases; outlook is that of lifecycle and churn.
public struct PortfolioModel: ReadModel {
    /// The name of the view.
    public static let name = "portfolio"
    /// The views that it reads.
    public static let uses = ["value", "lifecycle", "churn", "profit", "concentration"]
    /// Those with a loss are named in the report, which is that of the positions.
    public static let reportNamesCustomers = true
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["position"]

    /// What a row needs of everybody.
    public struct Population: Codable, Sendable, Equatable {
        /// The least value of tier A at each of the month ends; nil where nobody had value.
        public var cuts: [Int64?]
        /// The middle of what customers of high value are expected to spend in the next twelve months, in major units;
        /// nil without fitted models.
        public var expectedOfHigh: Double?
    }

    let growth: Int64
    let shares: Int64
    /// The day that drift looks back to.
    let driftDay: LocalDay

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        growth = try policy.thousandths("positions.growth")
        shares = try policy.millionths("tiers.a_share")
        driftDay = try Self.driftDay(context)
    }

    /// The end of the month before the clock's, or of one as many months earlier as the policy says.
    static func driftDay(_ context: FoldContext) throws -> LocalDay {
        let months = try context.policy.whole("positions.drift_months")
        return LocalDay(number: context.clock.day).startOfMonth.adding(months: 1 - months).previous
    }

    /// Nothing is kept of a customer.
    public mutating func begin() {}

    /// Nothing is read.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {}

    /// Nothing.
    public mutating func finish() -> (state: NoState, measure: NoState) { (NoState(), NoState()) }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let projector = run.projector
        let monthEnds = base.run(of: ProfitModel.self).projector.monthEnds
        var population = Population(
            cuts: (0..<monthEnds.monthCount).map { month in
                var column: [Int64] = []
                for customer in 0..<monthEnds.customerCount {
                    let value = monthEnds.value(of: customer, at: month)
                    if value > 0 { column.append(value) }
                }
                return ValueCuts.least(of: &column, share: projector.shares)
            })
        population.expectedOfHigh = PositionAssessor(base, population).middleExpectationOfHigh
        return population
    }
}

extension ValueCuts {
    /// The least of positive values of which strictly higher ones hold less than `share` millionths of the total:
    /// found by halving, since sorting two dozen month ends would cost more than folding them. Nil without values.
    static func least(of values: inout [Int64], share: Int64) -> Int64? {
        let total = values.reduce(into: Int128(0)) { $0 += Int128($1) }
        let limit = Int128(share) * total
        var (low, high) = (0, values.count)
        var above: Int128 = 0
        var least: Int64?
        while low < high {
            let pivot = values[low + (high - low) / 2]
            let greater = values[low..<high].partition { $0 <= pivot }
            let less = values[greater..<high].partition { $0 < pivot }
            let higher = values[low..<greater].reduce(into: above) { $0 += Int128($1) }
            if higher * 1_000_000 < limit {
                least = pivot
                above = higher + Int128(pivot) * Int128(less - greater)
                low = less
            } else {
                high = greater
            }
        }
        return least
    }
}
