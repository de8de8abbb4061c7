public import Events
public import Projection

/// The positions of everybody: what each holds of value, contacts and cost (DOMAIN.md section 24). A report only.
public struct PositionsModel: ReadModel {
    /// The name of the view.
    public static let name = "positions"
    /// The views that it reads.
    public static let uses = ["value", "profit", "concentration", "portfolio"]
    /// The version of the rules.
    public static let version = 1
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
        ]
    }

    /// What each position holds.
    static func holdings(of base: Base) -> (positions: [CustomerPosition: Holding], all: Holding) {
        let assessor = PositionAssessor(base)
        let attention = base.measures(ConcentrationModel.self)
        let population = base.population(ValueModel.self)
        let figures = base.measures(ProfitModel.self)
        var positions: [CustomerPosition: Holding] = [:]
        var all = Holding()
        for (index, measure) in base.measures(ValueModel.self).enumerated() {
            let holding = Holding(
                value: measure.ranked(byMargin: population.isByMargin), cost: figures[index].all.service,
                attention[index])
            positions[assessor.position(of: index), default: Holding()].add(holding)
            all.add(holding)
        }
        return (positions, all)
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
