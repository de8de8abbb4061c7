public import Events
public import Projection

extension PortfolioModel {
    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        [
            "position": .string(PositionAssessor(base).position(of: index).rawValue),
            "drift": ["from": nil, "since": nil],
        ]
    }

    /// Those of the positions.
    public static var charts: [ChartSpec] { PositionsModel.charts }

    /// The population report: that of the positions.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        PositionsModel.report(of: base, options: options)
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "position",
            "Of high value is who is of tier A, or was at one of the last month ends. Then migrating, where "
                + "the risk is "
                + "high or they are dormant or churned, else value. Of the others those dormant or churned are "
                + "frozen, "
                + "those whose spending grows are potential, the rest and prospects ordinary.",
            source: "DOMAIN.md 24",
            parameters: ["positions.high_months", "positions.growth", "tiers.a_share"]),
        FieldRule(
            "drift", "Which position the customer came from, and since when the present one holds.",
            source: "DOMAIN.md 24"),
    ]
}

/// Finds the positions of the customers of a base: all that it needs of other models, taken out once.
struct PositionAssessor {
    private let projector: PortfolioModel
    private let population: PortfolioModel.Population
    private let values: [ValueModel.Measure]
    private let figures: [AccountFigures]
    private let valuePopulation: ValueModel.Population
    private let lifecycle: [LifecycleModel.Measure]
    private let churn: ChurnAssessor

    init(_ base: Base) {
        projector = base.run(of: PortfolioModel.self).projector
        population = base.population(PortfolioModel.self)
        values = base.measures(ValueModel.self)
        figures = base.measures(ProfitModel.self)
        valuePopulation = base.population(ValueModel.self)
        lifecycle = base.measures(LifecycleModel.self)
        churn = ChurnAssessor(base)
    }

    /// Where a customer stands.
    func position(of index: Int) -> CustomerPosition {
        let stage = lifecycle[index].stage
        let isGone = stage == .dormant || stage == .churned
        if isOfHighValue(index) {
            return isGone || isAtRisk(index) ? .migrating : .value
        }
        if isGone { return .frozen }
        if stage == .prospect { return .ordinary }
        return isGrowing(figures[index]) ? .potential : .ordinary
    }

    private func isOfHighValue(_ index: Int) -> Bool {
        let value = values[index].ranked(byMargin: valuePopulation.isByMargin)
        return valuePopulation.value.tier(value) == .a || projector.wasOfTierA(index, population)
    }

    private func isAtRisk(_ index: Int) -> Bool {
        churn.assess(index).risk.map { churn.rule.band($0) == "high" } ?? false
    }

    private func isGrowing(_ figures: AccountFigures) -> Bool {
        figures.recentHalf > 0
            && Int128(figures.recentHalf) * 1_000 >= Int128(projector.growth) * Int128(figures.earlierHalf)
    }
}
