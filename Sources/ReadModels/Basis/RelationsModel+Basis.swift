import Events
public import Projection

extension RelationsModel {
    /// The others of the customer's group, the first of them by number.
    public static func basis(of path: String, _ index: Int, in base: Base) throws -> PopulationBasis? {
        let population = base.population(Self.self)
        let customer = base.customers[index]
        guard let own = population.member(customer) else { return nil }
        let others = population.members.filter { $0.group == own.group && $0.customer != customer }
        let named = try others.prefix(namedInBasis).compactMap { try base.name(of: $0.customer) }
        let net = others.reduce(Int64(0)) { added($0, $1.net) }
        return PopulationBasis(
            everybody: [
                ("others", Answer.count(others.count)), ("named", .array(named.map { .string($0) })),
                ("net_revenue", Answer.money(net, base.context.currency)),
                ("open_complaints", Answer.count(others.reduce(0) { $0 + $1.open })),
                ("churned", Answer.count(others.count { $0.isChurned })),
            ],
            own: [
                ("net_revenue", Answer.money(own.net, base.context.currency)),
                ("open_complaints", Answer.count(own.open)), ("churned", .bool(own.isChurned)),
            ])
    }

    private static let namedInBasis = 20
}
