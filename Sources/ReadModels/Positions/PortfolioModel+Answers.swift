public import Events
public import Projection
import Statistics

extension PortfolioModel {
    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        [
            "position": .string(base.shared(PositionAssessor.init).position(of: index).rawValue),
            "drift": try drift(index, of: base),
        ]
    }

    /// The position at the end of the day that drift looks back to; its `from` is null for who was not there yet.
    private static func drift(_ index: Int, of base: Base) throws -> JSONValue {
        let day = base.run(of: Self.self).projector.driftDay
        guard let earlier = try base.earlier?.base(atEndOf: day, for: name) else {
            return ["from": nil, "since": Answer.day(day.number)]
        }
        let from = earlier.index(of: base.customers[index]).map {
            earlier.shared(PositionAssessor.init).position(of: $0).rawValue
        }
        return ["from": from.map { .string($0) } ?? nil, "since": Answer.day(day.number)]
    }

    /// Drift looks back.
    public static let memberLookingBack: String? = "drift"

    /// The day that drift looks back to.
    public static func rowsLookBack(in context: FoldContext) throws -> LocalDay? { try driftDay(context) }

    /// Those of the positions.
    public static var charts: [ChartSpec] { PositionsModel.charts }

    /// Positions are compared with those of an earlier day.
    public static let reportTakesEarlierDay = true

    /// The day that drift looks back to, unless another was asked for.
    public static func earlierDay(in context: FoldContext, options: ReportOptions) throws -> LocalDay? {
        try options.earlierDay ?? driftDay(context)
    }

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
                + "those whose spending grows, or is expected to match them, are potential, the rest and prospects ordinary.",
            source: "DOMAIN.md 24",
            parameters: ["positions.high_months", "positions.growth", "tiers.a_share"]),
        FieldRule(
            "drift",
            "Where the customer stood at the end of an earlier month, by all that is known now: the last month that "
                + "ended before today, or one as many months before it as the policy says.",
            source: "DOMAIN.md 24", parameters: ["positions.drift_months"]),
    ]
}

/// Finds the positions of the customers of a base: all that it needs of other models, taken out once.
struct PositionAssessor {
    private let projector: PortfolioModel
    private let monthEnds: MonthEndValues
    private let population: PortfolioModel.Population
    private let values: [ValueModel.Measure]
    private let figures: [AccountFigures]
    private let valuePopulation: ValueModel.Population
    private let lifecycle: [LifecycleModel.Measure]
    private let churn: ChurnAssessor
    private let expectation: YearExpectation?

    init(_ base: Base) {
        self.init(base, base.population(PortfolioModel.self))
    }

    init(_ base: Base, _ population: PortfolioModel.Population) {
        projector = base.run(of: PortfolioModel.self).projector
        monthEnds = base.run(of: ProfitModel.self).projector.monthEnds
        self.population = population
        expectation = YearExpectation(base)
        values = base.measures(ValueModel.self)
        figures = base.measures(ProfitModel.self)
        valuePopulation = base.population(ValueModel.self)
        lifecycle = base.measures(LifecycleModel.self)
        churn = base.shared(ChurnAssessor.init)
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
        return isPromising(index) || isGrowing(figures[index]) ? .potential : .ordinary
    }

    /// The median of what customers of high value are expected to spend in the next twelve months.
    var middleExpectationOfHigh: Double? {
        guard let expectation else { return nil }
        let expected = values.indices.filter(isOfHighValue).compactMap { expectation.spending(values[$0]) }
            .sorted()
        guard !expected.isEmpty else { return nil }
        return (expected[(expected.count - 1) / 2] + expected[expected.count / 2]) / 2
    }

    private func isPromising(_ index: Int) -> Bool {
        guard let middle = population.expectedOfHigh, let expectation,
            let expected = expectation.spending(values[index])
        else { return false }
        return expected >= middle
    }

    private func isOfHighValue(_ index: Int) -> Bool {
        let value = values[index].ranked(by: valuePopulation.basis)
        return valuePopulation.value.tier(value) == .a || monthEnds.reached(population.cuts, index)
    }

    private func isAtRisk(_ index: Int) -> Bool {
        churn.assess(index).risk.map { churn.rule.band($0) == "high" } ?? false
    }

    private func isGrowing(_ figures: AccountFigures) -> Bool {
        figures.recentHalf > 0
            && Int128(figures.recentHalf) * 1_000 >= Int128(projector.growth) * Int128(figures.earlierHalf)
    }
}

/// What the fitted models expect customers to spend in the next twelve months: DOMAIN.md 5.2 to 5.4.
struct YearExpectation {
    private let buying: BuyingModel
    private let amounts: SpendingModel
    private let currency: Currency
    private let day: Int32

    /// Nil without fitted models.
    init?(_ base: Base) {
        let models = base.run(of: ValueModel.self).projector.models
        guard let buying = models.buying, let amounts = models.spending else { return nil }
        self.buying = buying.model
        self.amounts = amounts
        currency = base.context.currency
        day = base.context.clock.day
    }

    /// Expected purchases of 52 weeks times their expected amount, in major units; nil without a purchase.
    func spending(_ measure: ValueModel.Measure) -> Double? {
        guard let history = measure.history(on: day),
            let amount = amounts.expectedAmount(
                repeats: history.repeats, meanAmount: measure.meanRepeatAmount(currency))
        else { return nil }
        return BuyingForecast(buying, history).purchases(within: 52) * amount
    }

    /// The same in whole minor units; nothing of who has never bought.
    func minorUnits(_ measure: ValueModel.Measure) -> Int64 {
        spending(measure).flatMap { currency.minorUnits(rounding: $0) } ?? 0
    }
}
