public import Events
public import Projection

/// Whom a customer brought, and what they are worth: DOMAIN.md section 15.
public struct ReferralModel: ReadModel {
    /// The name of the view.
    public static let name = "referral"
    /// The views that it reads.
    public static let uses = ["profit"]
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["referred", "tree_value"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the customer's last referral stands in the log, plus 1; 0 without one.
        public var lastReferral: UInt64 = 0
        /// Referrals that were recorded, valid or not.
        public var made: Int64 = 0
    }

    /// What a row needs of everybody.
    public struct Population: Codable, Sendable, Equatable {
        /// Those who brought somebody or were brought, by customer, ascending.
        public var people: [Person]
    }

    /// A customer who brought somebody or was brought.
    public struct Person: Codable, Sendable, Equatable {
        /// The ordinal.
        public var customer: UInt32
        /// The ordinal of who brought them.
        public var referrer: UInt32?
        /// The position of the referral by which they were brought.
        public var referral: UInt64?
        /// How many they brought.
        public var referred: Int
        /// How many of those bought.
        public var converted: Int
        /// The margin of those, of their first 365 days; nil where one is not known.
        public var directValue: Int64?
        /// The same of everybody below, discounted by level.
        public var treeValue: Int64?
    }

    private let gamma: Double
    private let identity: Identity
    private var state = State()
    private var edges: [ReferralForest.Edge] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        gamma = try context.policy.real("referral.gamma")
        identity = context.identity
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .referral { take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        state.lastReferral = fact.position + 1
        state.made += 1
        edges.append(
            ReferralForest.Edge(
                referrer: fact.customer, referred: identity.root(of: UInt32(truncatingIfNeeded: fact.key)),
                time: fact.time, position: fact.position))
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) { (state, state) }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        edges += other.edges
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let values = base.measures(ProfitModel.self)
        let trees = ReferralForest(run.projector.edges).trees(gamma: run.projector.gamma) { customer in
            guard let index = base.index(of: customer) else {
                return ReferralForest.Worth(value: 0, isConverted: false)
            }
            return ReferralForest.Worth(
                value: values[index].firstYear.amount,
                isConverted: values[index].isConverted)
        }
        let people = trees.sorted { $0.key < $1.key }.map { customer, tree in
            Person(
                customer: customer, referrer: tree.referrer, referral: tree.referral, referred: tree.referred,
                converted: tree.converted, directValue: tree.direct,
                treeValue: tree.total.map { Int64(($0 + 0.5).rounded(.down)) })
        }
        return Population(people: people)
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let customer = base.customers[index]
        let people = base.population(Self.self).people
        let place = people.partitionPoint { $0.customer < customer }
        let isFound = place < people.count && people[place].customer == customer
        let person =
            isFound
            ? people[place]
            : Person(customer: customer, referred: 0, converted: 0, directValue: 0, treeValue: 0)
        let currency = base.context.currency
        return [
            "referrer": try person.referrer.flatMap { try base.name(of: $0) }.map { .string($0) } ?? nil,
            "referred": Answer.count(person.referred),
            "converted": Answer.count(person.converted),
            "direct_value": person.directValue.map { Answer.money($0, currency) } ?? nil,
            "tree_value": person.treeValue.map { Answer.money($0, currency) } ?? nil,
        ]
    }

    /// The population report.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let people = base.population(Self.self).people
        let referrers = people.filter { $0.referred > 0 }
        let referred = referrers.reduce(0) { $0 + $1.referred }
        let converted = referrers.reduce(0) { $0 + $1.converted }
        let direct = referrers.reduce(Int64?(0)) { sum, person in
            guard let sum, let value = person.directValue else { return nil }
            return added(sum, value)
        }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(referred)),
            "referrers": Answer.count(referrers.count),
            "referred": Answer.count(referred),
            "converted": Answer.count(converted),
            "conversion": Answer.share(converted, of: referred),
            "referred_share": Answer.share(referred, of: base.count),
            "direct_value": direct.map { Answer.money($0, base.context.currency) } ?? nil,
        ]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "referrer",
            "Who brought the customer: the first referral that was made. One by oneself, or in a circle, "
                + "does not count.",
            source: "DOMAIN.md 15"),
        FieldRule("referred", "How many customers were brought directly.", source: "DOMAIN.md 15"),
        FieldRule("converted", "How many of those have a purchase that counts.", source: "DOMAIN.md 15"),
        FieldRule(
            "direct_value",
            "The margin of those in the 365 days from their first purchase; not known where one of them is "
                + "not. An upper bound: some would have come anyway.",
            source: "after Kumar, Petersen & Leone: DOMAIN.md 15"),
        FieldRule(
            "tree_value",
            "The same of everybody who was brought, directly or by others, each level counting less by "
                + "gamma.",
            source: "choice: DOMAIN.md 15", parameters: ["referral.gamma"]),
    ]
}
