import Events
public import Projection

extension ReferralModel {
    /// The forest of referrals that stand: who was brought by whom is said by others' events.
    public static func basis(of path: String, _ index: Int, in base: Base) throws -> PopulationBasis? {
        let people = base.population(Self.self).people
        let row = try row(index, of: base)
        let customer = base.customers[index]
        let place = people.partitionPoint { $0.customer < customer }
        let own = place < people.count && people[place].customer == customer ? people[place] : nil
        return PopulationBasis(
            everybody: [
                ("in_trees", Answer.count(people.count)),
                ("brought", Answer.count(people.count { $0.referrer != nil })),
            ],
            own: [
                ("referrer", row["referrer"] ?? .null), ("referred", row["referred"] ?? .null),
                ("converted", row["converted"] ?? .null),
            ],
            event: path == "referrer" ? own?.referral : nil)
    }
}
