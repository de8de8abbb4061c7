import Events
import Projection
import Statistics

/// The tiers as assets: how much they bring month by month varies, together and apart (DOMAIN.md section 16).
///
/// The series of a tier is the margin of those who are in it at the point, summed by month, in units of the reporting
/// currency; net revenue where any purchase of these months lacks its cost. The weights are the tiers' shares of value.
struct TierPortfolio {
    private let base: Base
    private let monthly: MonthlyMargins

    init(_ base: Base) {
        self.base = base
        monthly = base.run(of: ProfitModel.self).projector.monthly
    }

    /// Null while the ledger's history is shorter than the months that are asked for, or nobody has value.
    func json(shares: [ValueCuts.Tier: Double]) -> JSONValue {
        let tiers = ValueCuts.Tier.allCases.filter { (shares[$0] ?? 0) > 0 }
        guard monthly.isComplete, !tiers.isEmpty else { return nil }
        let portfolio = Portfolio(series: series(of: tiers), weights: tiers.map { shares[$0] ?? 0 })
        let names = tiers.map(\.rawValue)
        func named(_ values: [Double?]) -> JSONValue {
            .object(JSONObject(zip(names, values).map { ($0, Answer.number($1)) }))
        }
        func matrix(_ rows: [[Double?]]) -> JSONValue {
            .object(JSONObject(zip(names, rows).map { ($0, named($1)) }))
        }
        return [
            "months": Answer.count(monthly.count), "from": Answer.day(monthly.days.lowerBound.number),
            "to": Answer.day(monthly.days.upperBound.number),
            "measure": .string(monthly.isMarginKnown ? "margin" : "net_revenue"),
            "weights": named(portfolio.weights), "mean": named(portfolio.means),
            "sd": named(portfolio.standardDeviations), "cv": named(portfolio.variationCoefficients),
            "covariance": matrix(portfolio.covariance), "correlation": matrix(portfolio.correlation),
            "portfolio_mean": Answer.number(portfolio.mean),
            "portfolio_variance": Answer.number(portfolio.variance),
            "portfolio_sd": Answer.number(portfolio.standardDeviation),
            "reward_to_variability": Answer.number(portfolio.rewardToVariability),
        ]
    }

    private func series(of tiers: [ValueCuts.Tier]) -> [[Double]] {
        let values = base.measures(ValueModel.self)
        let population = base.population(ValueModel.self)
        var places: [ValueCuts.Tier: Int] = [:]
        for (place, tier) in tiers.enumerated() { places[tier] = place }
        // Whole minor units are summed, so that the order of customers shows in no digit.
        var sums = Array(repeating: Array(repeating: Int128(0), count: monthly.count), count: tiers.count)
        for (customer, value) in values.enumerated() {
            guard let place = places[population.value.tier(value.ranked(by: population.basis))] else {
                continue
            }
            monthly.forEachMonth(of: customer) { sums[place][$0] += Int128($1) }
        }
        let unit = base.context.currency.minorUnitsPerUnit
        return sums.map { $0.map { Double($0) / unit } }
    }
}
