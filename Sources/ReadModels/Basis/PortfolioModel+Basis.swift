import Events
public import Projection

extension PortfolioModel {
    /// Where tier A began at the point and at the month ends, and what customers of high value are expected to
    /// spend.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        let currency = base.context.currency
        func money(_ value: Int64?) -> JSONValue { value.map { Answer.money($0, currency) } ?? .null }
        let population = base.population(Self.self)
        let monthEnds = base.run(of: ProfitModel.self).projector.monthEnds
        let assessment = ChurnAssessor(base).assess(index)
        return PopulationBasis(
            everybody: [
                ("a_from", money(base.population(ValueModel.self).value.tierA)),
                ("a_from_at_month_ends", .array(population.cuts.map(money))),
                ("middle_expected_of_high", Answer.number(population.expectedOfHigh)),
            ],
            own: [
                ("value", money(ValueTiers(base).value(index))),
                ("value_at_month_ends", .array(monthEnds.values(of: index).map(money))),
                ("stage", .string(assessment.lifecycle.stage.code)),
                ("risk", Answer.number(assessment.risk)),
            ])
    }
}
