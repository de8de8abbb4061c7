public import Events
public import Projection

/// How many coupons a customer was given, and how many were used: an example of a view, complete in one file.
///
/// `tools/new-view NAME` copies this file and its test under another name; tools/template/README.md walks through
/// it. Everything that a view is stands here: what it keeps of a customer, how facts change that, the row, the
/// report and the rules in words.
public struct ExampleModel: ReadModel {
    /// The name of the view: the member of a customer's answer, and `daybook report NAME`.
    public static let name = "example"
    /// Raise it with every change of what the same facts give: kept populations are then computed again.
    public static let version = 1
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.promotion
    /// What a person wants to see first.
    public static let headline = ["issued", "used_share"]

    /// What is known of a customer. Integers only and of a fixed size: the bytes are digested.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Coupons that were given.
        public var issued: Int32 = 0
        /// Coupons that were used.
        public var used: Int32 = 0
    }

    /// What a row needs of everybody: the mean, to compare with. Small, for it is kept as JSON.
    public struct Population: Codable, Sendable, Equatable {
        /// The share of all coupons that were used; nil without any.
        public var usedShare: Double?
    }

    private var state = State()

    /// A projector under the context's policy, at its clock. Parameters of the policy are read here, once.
    public init(context: FoldContext) throws {}

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
    }

    /// Takes one fact, in the order of time. Every fact of the ledger passes here: leave at once those of other
    /// kinds. `FactKind` says which field of a fact holds what.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        guard fact.kind == .coupon else { return }
        if fact.detail == 1 { state.issued += 1 } else { state.used += 1 }
    }

    /// The results for the customer begun last: what is known, and the same evaluated at the clock, which here
    /// makes no difference.
    public mutating func finish() -> (state: State, measure: State) {
        (state, state)
    }

    /// The population step: once over everybody. Sums of integers do not depend on the order of customers.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let (issued, used) = sums(run.measures)
        return Population(usedShare: issued > 0 ? Double(used) / Double(issued) : nil)
    }

    private static func sums(_ measures: [State]) -> (issued: Int, used: Int) {
        measures.reduce((0, 0)) { ($0.0 + Int($1.issued), $0.1 + Int($1.used)) }
    }

    /// One customer's row.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let state = base.run(of: Self.self).measures[index]
        return [
            "issued": .number(Double(state.issued)),
            "used": .number(Double(state.used)),
            "used_share": share(Double(state.used), of: Double(state.issued)),
            "usual_share": base.population(Self.self).usedShare.map { .number($0.rounded12) } ?? .null,
        ]
    }

    /// The report about everybody.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let (issued, used) = sums(base.measures(Self.self))
        return [
            "issued": .number(Double(issued)), "used": .number(Double(used)),
            "used_share": share(Double(used), of: Double(issued)),
        ]
    }

    /// Doubles in answers have at most 12 significant digits; a share of nothing is unknown.
    private static func share(_ part: Double, of whole: Double) -> JSONValue {
        whole > 0 ? .number((part / whole).rounded12) : .null
    }

    /// What `explain` says of each member, as it can be read to the customer.
    public static let rules = [
        FieldRule("issued", "Coupons that were given to the customer.", source: "coupon.issued"),
        FieldRule("used", "Coupons that the customer redeemed.", source: "coupon.redeemed"),
        FieldRule("used_share", "Coupons redeemed of those given.", source: "share of counts"),
        FieldRule("usual_share", "The same share over all customers.", source: "share of counts"),
    ]
}
