import Events
public import Projection

extension SegmentsModel {
    /// Where the fifths of frequency and of contacts begin.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        let population = base.population(Self.self)
        let perWeek = population.frequency.cuts.map { cut in
            Answer.number(Double(bitPattern: UInt64(bitPattern: cut)) * 7)
        }
        return PopulationBasis(
            everybody: [
                ("per_week_above", .array(perWeek)),
                ("inbound_above", .array(population.inbound.cuts.map { Answer.count($0) })),
            ],
            own: [
                (
                    "purchase_days",
                    Answer.count(base.measures(LifecycleModel.self)[index].state.purchaseDays)
                ),
                ("inbound", Answer.count(base.measures(InteractionModel.self)[index].inbound)),
            ])
    }
}
