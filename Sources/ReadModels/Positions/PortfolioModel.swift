import Events
public import Projection

/// Where a customer stands between value and outlook: DOMAIN.md section 24.
///
/// The fold looks at value at past month ends; outlook is that of lifecycle and churn.
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
    private let monthEnds: [Int32]
    private let windowDays: Int32?
    private var ledger: PurchaseLedger
    /// Values at the month ends, customer after customer, of those who have any; minor units.
    private(set) var values: [Int64] = []
    /// Where the values of customer i begin; -1 for none.
    private(set) var starts: [Int] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        growth = try policy.thousandths("positions.growth")
        shares = try policy.millionths("tiers.a_share")
        let count = try policy.whole("positions.high_months")
        driftDay = try Self.driftDay(context)
        let last = context.lastMonthEnd
        monthEnds = (0..<count).reversed().map { last.startOfMonth.adding(months: -$0).endOfMonth.number }
        windowDays = try policy.wholeOrNil("tiers.window_days").map { Int32(clamping: $0) }
        ledger = PurchaseLedger(rates: context.rates, keepsBookings: true)
    }

    /// The end of the month before the clock's, or of one as many months earlier as the policy says.
    static func driftDay(_ context: FoldContext) throws -> LocalDay {
        let months = try context.policy.whole("positions.drift_months")
        return LocalDay(number: context.clock.day).startOfMonth.adding(months: 1 - months).previous
    }

    /// How many month ends are looked at.
    var monthCount: Int { monthEnds.count }

    /// Forgets the customer before.
    public mutating func begin() {
        ledger.begin()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .purchase {
            ledger.purchase(fact)
        } else if fact.kind == .refund {
            ledger.refund(fact)
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: NoState, measure: NoState) {
        guard let first = ledger.bookings.first, let last = monthEnds.last, first.seenOn <= last else {
            starts.append(-1)
            return (NoState(), NoState())
        }
        starts.append(values.count)
        if let windowDays {
            for end in monthEnds {
                let from = end - windowDays + 1
                values.append(
                    ledger.bookings.reduce(into: Int64(0)) { sum, booking in
                        if booking.seenOn <= end, booking.day >= from { sum = added(sum, booking.amount) }
                    })
            }
        } else {
            // Bookings come in the order in which they are seen.
            var next = 0
            var sum: Int64 = 0
            for end in monthEnds {
                while next < ledger.bookings.count, ledger.bookings[next].seenOn <= end {
                    sum = added(sum, ledger.bookings[next].amount)
                    next += 1
                }
                values.append(sum)
            }
        }
        return (NoState(), NoState())
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        let offset = values.count
        values.reserveCapacity(values.count + other.values.count)
        values += other.values
        starts += other.starts.lazy.map { $0 < 0 ? -1 : $0 + offset }
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let projector = run.projector
        let months = projector.monthCount
        var population = Population(
            cuts: (0..<months).map { month in
                var column: [Int64] = []
                for start in stride(from: month, to: projector.values.count, by: months)
                where projector.values[start] > 0 {
                    column.append(projector.values[start])
                }
                return ValueCuts.least(of: &column, share: projector.shares)
            })
        population.expectedOfHigh = PositionAssessor(base, population).middleExpectationOfHigh
        return population
    }

    /// Whether a customer was of tier A at one of the month ends.
    func wasOfTierA(_ index: Int, _ population: Population) -> Bool {
        guard starts[index] >= 0 else { return false }
        return population.cuts.indices.contains { month in
            guard let cut = population.cuts[month] else { return false }
            return values[starts[index] + month] >= cut
        }
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
