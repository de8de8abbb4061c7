public import Events
public import Projection

/// The positions of everybody: what each holds of value, contacts and cost (DOMAIN.md section 24). A report only.
public struct PositionsModel: ReadModel {
    /// The name of the view.
    public static let name = "positions"
    /// The views that it reads.
    public static let uses = ["value", "profit", "concentration", "portfolio"]
    /// The version of the rules.
    public static let version = 2
    /// Customers have no row.
    public static let isReportOnly = true

    /// Nothing is needed of everybody.
    public struct Population: Codable, Sendable, Equatable {}

    /// A projector; there is nothing to read.
    public init(context: FoldContext) throws {}

    /// Forgets nothing.
    public mutating func begin() {}

    /// Takes nothing.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {}

    /// Nothing.
    public mutating func finish() -> (state: NoState, measure: NoState) { (NoState(), NoState()) }

    /// Nothing is needed of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// Customers have no row.
    public static func row(_ index: Int, of base: Base) -> JSONValue { .null }

    /// Who stands where, and what they hold.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by position", path: "positions", value: "customers"),
            ChartSpec(.bars, "Share of value by position", path: "positions", value: "share_of_value"),
            ChartSpec(.flow, "From where to where customers moved", path: "drift.flows"),
        ]
    }

    /// What each position holds.
    static func holdings(of base: Base) -> (positions: [CustomerPosition: Holding], all: Holding) {
        let assessor = base.shared(PositionAssessor.init)
        let attention = base.measures(ConcentrationModel.self)
        let population = base.population(ValueModel.self)
        let figures = base.measures(ProfitModel.self)
        var positions: [CustomerPosition: Holding] = [:]
        let expectation = YearExpectation(base)
        var all = Holding()
        for (index, measure) in base.measures(ValueModel.self).enumerated() {
            let holding = Holding(
                value: measure.ranked(by: population.basis), predicted: expectation?.minorUnits(measure),
                cost: figures[index].all.service, attention[index])
            positions[assessor.position(of: index), default: Holding()].add(holding)
            all.add(holding)
        }
        return (positions, all)
    }

    /// Positions are compared with those of an earlier day.
    public static let reportTakesEarlierDay = true

    /// The last month end before the point, unless another day was asked for.
    public static func earlierDay(in context: FoldContext, options: ReportOptions) throws -> LocalDay? {
        try PortfolioModel.earlierDay(in: context, options: options)
    }

    /// Where customers stood at an earlier day, and where they stand now: how many went from where to where.
    private static func drift(from earlier: Base?, to base: Base) -> JSONValue {
        guard let earlier else { return nil }
        let (before, after) = (PositionAssessor(earlier), PositionAssessor(base))
        let names = CustomerPosition.allCases
        var counts: [CustomerPosition?: [CustomerPosition: Int]] = [:]
        for (index, customer) in base.customers.enumerated() {
            let origin = earlier.index(of: customer).map(before.position)
            counts[origin, default: [:]][after.position(of: index), default: 0] += 1
        }
        var flows = JSONObject()
        var changes = JSONObject()
        for origin in names.map(Optional.some) + [nil] {
            var row = JSONObject()
            for reached in names { row[reached.rawValue] = Answer.count(counts[origin]?[reached] ?? 0) }
            flows[origin?.rawValue ?? "absent"] = .object(row)
        }
        for position in names {
            let came = counts.values.reduce(0) { $0 + ($1[position] ?? 0) }
            let left = counts[position]?.values.reduce(0, +) ?? 0
            changes[position.rawValue] = Answer.count(came - left)
        }
        return [
            "from": Answer.day(earlier.context.clock.day), "to": Answer.day(base.context.clock.day),
            "changes": .object(changes), "flows": .object(flows),
        ]
    }

    /// The population report.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let (positions, all) = holdings(of: base)
        var named = JSONObject()
        for position in CustomerPosition.allCases {
            named[position.rawValue] = (positions[position] ?? Holding()).json(of: all)
        }
        var losses: [(index: Int, margin: Int64)] = []
        for (index, figures) in base.measures(ProfitModel.self).enumerated() {
            if let margin = figures.year.amount, margin < 0 { losses.append((index, margin)) }
        }
        losses.sort { ($0.margin, $0.index) < ($1.margin, $1.index) }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "positions": .object(named),
            "drift": drift(from: options.earlier, to: base),
            "stop_loss": [
                "customers": Answer.count(losses.count),
                "worst": .array(
                    losses.prefix(100).map { loss in
                        [
                            "customer": base.shownName(loss.index),
                            "margin": Answer.money(loss.margin, base.context.currency),
                        ]
                    }),
            ],
        ]
    }
}
