import Events
public import Projection

extension NextModel {
    /// Among how many buyers was counted what is bought together.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        guard path.hasPrefix("suggestions") else { return nil }
        let population = base.population(AffinityModel.self)
        return PopulationBasis(
            everybody: [
                ("buyers", Answer.count(population.customers)),
                ("categories", Answer.count(population.items.count)),
                ("pairs", Answer.count(population.pairs.count / 3)),
            ],
            own: [("consent", .bool(base.measures(Self.self)[index].consent != 0))])
    }
}
