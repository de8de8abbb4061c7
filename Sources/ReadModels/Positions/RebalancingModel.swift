public import Events
public import Projection

/// Whether care goes where the policy wants it, and whether too much hangs on too few: DOMAIN.md section 25. A report
/// only, and suggestions only.
public struct RebalancingModel: ReadModel {
    /// The name of the view.
    public static let name = "rebalancing"
    /// The views that it reads.
    public static let uses = [
        "value", "profit", "concentration", "portfolio", "positions", "lifecycle", "interaction",
        "performance", "segments",
    ]
    /// The version of the rules.
    public static let version = 3
    /// Customers have no row.
    public static let isReportOnly = true

    /// Nothing is needed of everybody.
    public struct Population: Codable, Sendable, Equatable {}

    /// What is meant for a position.
    struct Target: Sendable {
        var contacts: Double?
        var cost: Double?
    }

    let targets: [CustomerPosition: Target]
    let band: Double
    let limits: (largest: Double, topFive: Double, single: Double)
    /// In minor units of the reporting currency.
    let stopLoss: Int64
    private let rates: Rates
    private let days: ClosedRange<Int32>
    private var lastPurchase: Int64 = 0
    /// Gross revenue of the last twelve months by code, over all customers.
    private(set) var channels: [Int64]
    private(set) var regions: [Int64]
    private(set) var categories: [Int64]
    /// The same by product.
    private(set) var products = ProductSums()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        var targets: [CustomerPosition: Target] = [:]
        for position in CustomerPosition.allCases {
            targets[position] = Target(
                contacts: try policy.realOrNil("positions.targets.\(position.rawValue).contacts"),
                cost: try policy.realOrNil("positions.targets.\(position.rawValue).cost"))
        }
        self.targets = targets
        band = try policy.real("positions.band")
        limits = (
            try policy.real("positions.limits.largest_customer"),
            try policy.real("positions.limits.top_five"), try policy.real("positions.limits.single")
        )
        stopLoss = context.currency.minorUnits(nearest: try policy.real("positions.stop_loss"))
        rates = context.rates
        days = AccountPeriods.months(12, endingOn: LocalDay(number: context.clock.day))
        channels = Array(repeating: 0, count: max(1, context.codes.count))
        regions = channels
        categories = channels
    }

    /// Forgets the customer before.
    public mutating func begin() {
        lastPurchase = 0
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .purchase {
            guard fact.day >= days.lowerBound else {
                lastPurchase = 0
                return
            }
            lastPurchase = converted(fact)
            channels[Int(fact.code)] = added(channels[Int(fact.code)], lastPurchase)
        } else if fact.kind == .purchasePart {
            guard fact.day >= days.lowerBound else { return }
            let amount = converted(fact)
            categories[Int(fact.code)] = added(categories[Int(fact.code)], amount)
            products.add(fact, amount)
        } else if fact.kind == .purchaseTerms {
            regions[Int(fact.code)] = added(regions[Int(fact.code)], lastPurchase)
        }
    }

    @inline(__always)
    private func converted(_ fact: borrowing Fact) -> Int64 {
        guard fact.flags.contains(.unconverted) else { return fact.amount }
        return rates.converted(fact.amount, from: fact.detail, on: fact.day) ?? 0
    }

    /// Nothing.
    public mutating func finish() -> (state: NoState, measure: NoState) { (NoState(), NoState()) }

    /// Adds what another worker's instance counted over its customers.
    public mutating func absorb(_ other: Self) {
        for code in channels.indices {
            channels[code] = added(channels[code], other.channels[code])
            regions[code] = added(regions[code], other.regions[code])
            categories[code] = added(categories[code], other.categories[code])
        }
        products.absorb(other.products)
    }

    /// Nothing is needed of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// Customers have no row.
    public static func row(_ index: Int, of base: Base) -> JSONValue { .null }
}
