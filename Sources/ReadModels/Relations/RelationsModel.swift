import Events
public import Projection

/// Who belongs together: families, companies and their people, dealers and their shops. DOMAIN.md section 25.
public struct RelationsModel: ReadModel {
    /// The name of the view.
    public static let name = "relations"
    /// The views that it reads.
    public static let uses = ["value", "lifecycle", "complaints"]
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["group_value"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Relations that the customer declared and that stand.
        public var declared: Int32 = 0
    }

    /// The groups. Only customers who stand in a relation are in it: what is needed of others on one's page.
    public struct Population: Codable, Sendable, Equatable {
        /// A customer who stands in a relation.
        public struct Member: Codable, Sendable, Equatable {
            /// The number of the customer.
            public var customer: UInt32
            /// The least number of the group.
            public var group: UInt32
            /// Net revenue in minor units.
            public var net: Int64
            /// Open complaints.
            public var open: Int
            /// Whether the customer is churned.
            public var isChurned: Bool
        }

        /// A relation that stands.
        public struct Edge: Codable, Sendable, Equatable {
            /// Who declared it.
            public var from: UInt32
            /// The other.
            public var to: UInt32
            /// What the one is to the other.
            public var kind: String
        }

        /// Ascending by customer.
        public var members: [Member]
        /// In the order of those who declared them.
        public var edges: [Edge]
    }

    /// A relation to another customer, who goes on as `other`.
    struct Relation: Sendable, Equatable {
        var other: UInt32
        var kind: UInt32
    }

    private let identity: Identity
    private var own: [Relation] = []

    /// The relations that stand, of all customers so far.
    private(set) var relations = CustomerLists<Relation>()

    /// A projector under the context's policy, at its clock.
    public init(context: FoldContext) throws {
        identity = context.identity
    }

    /// Forgets the customer before.
    public mutating func begin() {
        own.removeAll(keepingCapacity: true)
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .relation { take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        let other = identity.root(of: UInt32(truncatingIfNeeded: fact.key))
        // Two ids of one person that were merged are no relation.
        guard other != identity.root(of: fact.customer) else { return }
        let relation = Relation(other: other, kind: fact.code)
        own.removeAll { $0 == relation }
        if fact.detail == 1 { own.append(relation) }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        for relation in own { relations.append(relation) }
        relations.endCustomer()
        let state = State(declared: Int32(own.count))
        return (state, state)
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        relations.absorb(other.relations)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let relations = run.projector.relations
        let values = base.measures(ValueModel.self)
        let complaints = base.measures(ComplaintsModel.self)
        let stages = base.measures(LifecycleModel.self)
        var groups = Groups()
        var edges: [Population.Edge] = []
        for (index, customer) in base.customers.enumerated() {
            for relation in relations[index] {
                groups.join(customer, relation.other)
                edges.append(
                    Population.Edge(
                        from: customer, to: relation.other, kind: base.context.text(of: relation.kind) ?? ""))
            }
        }
        let members = groups.members.map { customer in
            let index = base.index(of: customer)
            return Population.Member(
                customer: customer, group: groups.root(of: customer),
                net: index.map { values[$0].state.net } ?? 0,
                open: index.map { Int(complaints[$0].state.open) } ?? 0,
                isChurned: index.map { stages[$0].stage == .churned } ?? false)
        }
        return Population(members: members, edges: edges)
    }
}

/// Customers who are joined directly or through others: a forest whose roots are the least numbers.
private struct Groups {
    private var parents: [UInt32: UInt32] = [:]

    /// Everybody who was joined to somebody, ascending.
    var members: [UInt32] { parents.keys.sorted() }

    /// The least number of a customer's group.
    func root(of customer: UInt32) -> UInt32 {
        var customer = customer
        while let parent = parents[customer], parent != customer { customer = parent }
        return customer
    }

    mutating func join(_ left: UInt32, _ right: UInt32) {
        let (first, second) = (root(of: left), root(of: right))
        let least = min(first, second)
        for customer in [left, right, first, second] { parents[customer] = least }
        parents[least] = least
    }
}
