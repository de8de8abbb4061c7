public import Events
public import Projection

/// Where a dealer may sell, and what went elsewhere: DOMAIN.md section 25.
public struct TerritoryModel: ReadModel {
    /// The name of the view.
    public static let name = "territory"
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["name", "outside_share"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the last assignment stands in the log, plus 1; 0 without one.
        public var lastAssignment: UInt64 = 0
        /// Penalties that stand, in minor units of the reporting currency.
        public var penalties: Int64 = 0
        /// Goods found outside.
        public var diversions: Int64 = 0
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state = State()
        /// Shipments of the window, made while a territory was assigned.
        public var shipments: Int32 = 0
        /// Those that went outside the regions assigned then.
        public var outside: Int32 = 0
        /// The territory as a code; 0 for none.
        public var territory: UInt32 = 0
    }

    /// Nothing is needed of everybody.
    public struct Population: Codable, Sendable, Equatable {}

    private let rates: Rates
    private let windowFrom: Int32
    private var measure = Measure()
    private var regions: [UInt32] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rates = context.rates
        windowFrom = context.firstDay(ofTrailing: try context.policy.whole("territory.window_days"))
    }

    /// Forgets the customer before.
    public mutating func begin() {
        measure = Measure()
        if !regions.isEmpty { regions.removeAll(keepingCapacity: true) }
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind.rawValue >= FactKind.territory.rawValue { take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        switch fact.kind {
        case .territory:
            measure.territory = fact.code
            measure.state.lastAssignment = fact.position + 1
            regions.removeAll(keepingCapacity: true)
        case .territoryRegion: regions.append(fact.code)
        case .shipment:
            guard fact.day >= windowFrom, measure.territory != 0 else { return }
            measure.shipments += 1
            let region = fact.code
            if !regions.contains(region) { measure.outside += 1 }
        case .diversion: measure.state.diversions += 1
        case .penalty:
            let currency = UInt16(truncatingIfNeeded: fact.reference)
            let amount =
                fact.flags.contains(.unconverted)
                ? rates.converted(fact.amount, from: currency, on: fact.day) ?? 0 : fact.amount
            measure.state.penalties = added(measure.state.penalties, fact.detail == 1 ? amount : -amount)
        default: break
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) { (measure.state, measure) }

    /// Nothing is needed of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let measure = base.run(of: Self.self).measures[index]
        return [
            "name": base.context.text(of: measure.territory).map { .string($0) } ?? nil,
            "outside_share": Answer.share(measure.outside, of: measure.shipments),
            "diversions": Answer.count(measure.state.diversions),
            "penalties": Answer.money(measure.state.penalties, base.context.currency),
        ]
    }

    /// The population report: the territories, the worst first.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        var sums: [UInt32: (customers: Int, measure: Measure)] = [:]
        for measure in base.measures(Self.self) where measure.territory != 0 {
            var sum = sums[measure.territory] ?? (0, Measure())
            sum.customers += 1
            sum.measure.shipments += measure.shipments
            sum.measure.outside += measure.outside
            sum.measure.state.diversions += measure.state.diversions
            sum.measure.state.penalties = added(sum.measure.state.penalties, measure.state.penalties)
            sums[measure.territory] = sum
        }
        var territories = JSONObject()
        let named = sums.map { (base.context.text(of: $0.key) ?? "", $0.value) }.sorted { $0.0 < $1.0 }
        for (name, sum) in named {
            territories[name] = [
                "customers": Answer.count(sum.customers),
                "shipments": Answer.count(sum.measure.shipments),
                "outside_share": Answer.share(sum.measure.outside, of: sum.measure.shipments),
                "diversions": Answer.count(sum.measure.state.diversions),
                "penalties": Answer.money(sum.measure.state.penalties, base.context.currency),
            ]
        }
        let customers = sums.values.reduce(0) { $0 + $1.customers }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(customers)),
            "customers": Answer.count(customers),
            "territories": .object(territories),
        ]
    }

    /// Where goods leave their territory.
    public static var charts: [ChartSpec] {
        [ChartSpec(.bars, "Shipments outside by territory", path: "territories", value: "outside_share")]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule("name", "The territory that was assigned last.", source: "DOMAIN.md 25"),
        FieldRule(
            "outside_share",
            "The share of the window's shipments that went to regions outside the territory assigned at the "
                + "time.",
            source: "DOMAIN.md 25", parameters: ["territory.window_days"]),
        FieldRule("diversions", "How often goods were found outside.", source: "DOMAIN.md 25"),
        FieldRule("penalties", "Penalties imposed less those lifted.", source: "DOMAIN.md 25"),
    ]
}
