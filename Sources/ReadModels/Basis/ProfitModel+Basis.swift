import Events
public import Projection

extension ProfitModel {
    /// Among how many margins the customer's is ranked.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        guard path == "rank" else { return nil }
        let figures = base.measures(Self.self)[index]
        let population = base.population(Self.self)
        let margin = figures.hasMargin ? figures.all.amount : nil
        return PopulationBasis(
            everybody: [
                ("customers", Answer.count(population.margins.count)),
                ("higher", margin.map { Answer.count(population.margins.rank($0) - 1) } ?? .null),
                ("unknown", Answer.count(population.unknown)),
            ],
            own: [("margin", margin.map { Answer.money($0, base.context.currency) } ?? .null)])
    }
}
