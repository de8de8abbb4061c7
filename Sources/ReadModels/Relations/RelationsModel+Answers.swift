public import Events
public import Projection

extension RelationsModel {
    /// Which rule makes which member of a row.
    public static let rules = [
        FieldRule(
            "relations",
            "Relations that stand, with what this customer is to the other; one that the other declared is told from "
                + "this side, such as has_dealer for dealer_of.",
            source: "DOMAIN.md 25"),
        FieldRule(
            "group_size",
            "Everybody who is related to the customer, directly or through others, and the customer.",
            source: "DOMAIN.md 25"),
        FieldRule("group_value", "The net revenue of the group together.", source: "DOMAIN.md 25"),
        FieldRule("open_complaints", "The open complaints of the group.", source: "DOMAIN.md 25"),
        FieldRule("churned_members", "How many of the group are churned.", source: "DOMAIN.md 25"),
    ]

    /// What several customers come to.
    private struct Total {
        var size = 0
        var net: Int64 = 0
        var open = 0
        var churned = 0

        mutating func add(_ member: Population.Member) {
            size += 1
            net = added(net, member.net)
            open += member.open
            if member.isChurned { churned += 1 }
        }

        func members(_ base: Base) -> [(String, JSONValue)] {
            [
                ("group_size", Answer.count(size)), ("group_value", Answer.money(net, base.context.currency)),
                ("open_complaints", Answer.count(open)), ("churned_members", Answer.count(churned)),
            ]
        }
    }

    /// One customer's row: section 25 of DOMAIN.md.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let population = base.population(Self.self)
        let customer = base.customers[index]
        var total = Total()
        if let own = population.member(customer) {
            for member in population.members where member.group == own.group { total.add(member) }
        } else {
            total.add(
                Population.Member(
                    customer: customer, group: customer, net: base.measures(ValueModel.self)[index].state.net,
                    open: Int(base.measures(ComplaintsModel.self)[index].state.open),
                    isChurned: base.measures(LifecycleModel.self)[index].stage == .churned))
        }
        let relations = try related(to: customer, population, base)
        return .object(JSONObject([("relations", .array(relations))] + total.members(base)))
    }

    private static func related(
        to customer: UInt32, _ population: Population, _ base: Base
    ) throws -> [JSONValue] {
        var related: [(name: String, kind: String)] = []
        for edge in population.edges where edge.from == customer || edge.to == customer {
            let other = edge.from == customer ? edge.to : edge.from
            let kind = edge.from == customer ? edge.kind : reverse(edge.kind)
            guard let name = try base.name(of: other) else { continue }
            if !related.contains(where: { $0 == (name, kind) }) { related.append((name, kind)) }
        }
        return related.sorted { ($0.name, $0.kind) < ($1.name, $1.kind) }.map { other in
            ["customer": .string(other.name), "kind": .string(other.kind)]
        }
    }

    /// What the other is to the one who declared a relation.
    private static func reverse(_ kind: String) -> String {
        switch kind {
        case "dealer_of": "has_dealer"
        case "company", "supplier": "has_" + kind
        default: kind
        }
    }

    /// The groups, the most valuable first.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let population = base.population(Self.self)
        var totals: [UInt32: (total: Total, best: Population.Member)] = [:]
        for member in population.members {
            var entry = totals[member.group] ?? (Total(), member)
            entry.total.add(member)
            if member.net > entry.best.net { entry.best = member }
            totals[member.group] = entry
        }
        let sorted = totals.sorted { left, right in
            left.value.total.net != right.value.total.net
                ? left.value.total.net > right.value.total.net : left.key < right.key
        }
        let groups = try sorted.prefix(mostShown).map { entry in
            let best = try base.name(of: entry.value.best.customer)
            return JSONValue.object(
                JSONObject(
                    [("customer", best.map { .string($0) } ?? .null)] + entry.value.total.members(base)))
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "groups": Answer.count(totals.count), "customers": Answer.count(population.members.count),
            "largest": .array(groups),
        ]
    }

    private static let mostShown = 50
}

extension RelationsModel.Population {
    func member(_ customer: UInt32) -> Member? {
        let place = members.partitionPoint { $0.customer < customer }
        return place < members.count && members[place].customer == customer ? members[place] : nil
    }
}
