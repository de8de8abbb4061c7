import Events
public import Projection

extension SatisfactionModel {
    /// The mean of all answers, which every score is drawn towards.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        guard path == "score" || path.hasPrefix("dimensions") else { return nil }
        let run = base.run(of: Self.self)
        let measure = run.measures[index]
        let population = base.population(Self.self)
        let points = measure.weight > 0 ? measure.weightedPoints / measure.weight : nil
        return PopulationBasis(
            everybody: [
                ("mean", Answer.number(population.mean)), ("answers", Answer.count(population.answers)),
                ("weight_of_mean", Answer.number(run.projector.kappa)),
            ],
            own: [("mean", Answer.number(points)), ("weight", Answer.number(measure.weight))])
    }
}
