public import Events
public import Projection

/// What a customer was given beyond what they paid for: DOMAIN.md section 25.
public struct BenefitsModel: ReadModel {
    /// The name of the view.
    public static let name = "benefits"
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["granted", "used"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// What was granted, in minor units of the reporting currency.
        public var cost: Int64 = 0
        /// Benefits granted.
        public var granted: Int32 = 0
        /// Benefits used.
        public var used: Int32 = 0
    }

    /// Sums over all customers.
    public struct Population: Codable, Sendable, Equatable {
        /// Customers who were granted something.
        public var customers = 0
        /// Benefits granted.
        public var granted = 0
        /// Benefits used.
        public var used = 0
        /// What was granted, in minor units.
        public var cost: Int64 = 0
    }

    private let rates: Rates
    private var state = State()

    /// A projector at the context's rates.
    public init(context: FoldContext) throws {
        rates = context.rates
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .benefit { take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        guard fact.detail == 1 else {
            state.used += 1
            return
        }
        state.granted += 1
        let cost =
            fact.flags.contains(.unconverted)
            ? rates.converted(fact.amount, from: UInt16(truncatingIfNeeded: fact.reference), on: fact.day)
                ?? 0
            : fact.amount
        state.cost = added(state.cost, cost)
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) { (state, state) }

    /// What the report needs.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        run.measures.reduce(into: Population()) { sums, state in
            if state.granted > 0 { sums.customers += 1 }
            sums.granted += Int(state.granted)
            sums.used += Int(state.used)
            sums.cost = added(sums.cost, state.cost)
        }
    }

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let state = base.run(of: Self.self).measures[index]
        return [
            "granted": Answer.count(state.granted),
            "used": Answer.count(state.used),
            "cost": Answer.money(state.cost, base.context.currency),
        ]
    }

    /// The population report.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let sums = base.population(Self.self)
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(sums.customers)),
            "customers": Answer.count(sums.customers),
            "granted": Answer.count(sums.granted),
            "used": Answer.count(sums.used),
            "used_share": Answer.share(sums.used, of: sums.granted),
            "cost": Answer.money(sums.cost, base.context.currency),
        ]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule("granted", "Benefits that were granted.", source: "DOMAIN.md 25"),
        FieldRule("used", "Benefits that were used.", source: "DOMAIN.md 25"),
        FieldRule(
            "cost", "What the benefits granted are worth; it counts in the cost to serve.",
            source: "DOMAIN.md 25"),
    ]
}
