import Events
import Projection
import Statistics

/// One customer's risk with all that it is made of.
struct ChurnAssessment {
    let rule: ChurnRule
    let lifecycle: LifecycleModel.Measure
    let features: ChurnRule.Features
    /// Idle days over the personal interval, or nil without a purchase.
    let overdueRatio: Double?
    /// The share of customers in a like state who did not come back, or nil where nothing is known of such.
    let base: Double?
    /// The risk, or nil where there is no base. 1 for customers who ended the relationship.
    let risk: Double?

    init(_ index: Int, of base: Base, rule: ChurnRule, lifecycleRule: LifecycleRule) {
        self.rule = rule
        lifecycle = base.run(of: LifecycleModel.self).measures[index]
        features = Self.features(index, of: base)
        let state = lifecycle.state
        guard state.purchaseDays > 0 else {
            overdueRatio = nil
            self.base = nil
            risk = state.isEnded != 0 ? 1 : nil
            return
        }
        let (days, parts) = lifecycleRule.interval(
            count: state.purchaseDays, span: Int64(state.lastPurchase) - Int64(state.firstPurchase))
        let gap = Int64(base.context.clock.day) - Int64(state.lastPurchase)
        overdueRatio = Double(gap * parts) / Double(days)
        let population = base.population(ChurnModel.self)
        let band = ReturnTable.band(gap: gap, days: days, parts: parts)
        let cell = population.cells[ReturnTable.cell(lifecycle.stage, band: band)]
        let rate = population.overall.flatMap { overall -> Double? in
            let count = Double(cell.count) + rule.priorWeight
            return count > 0 ? (Double(cell.lost) + rule.priorWeight * overall) / count : nil
        }
        self.base = rate
        risk = state.isEnded != 0 ? 1 : rate.map { [features] in rule.risk(base: $0, features) }
    }

    private static func features(_ index: Int, of base: Base) -> ChurnRule.Features {
        var features = ChurnRule.Features()
        let complaints = base.run(of: ComplaintsModel.self).measures[index]
        features.openComplaint = complaints.state.open > 0
        features.resolvedComplaint = complaints.resolvedLately > 0
        let run = base.run(of: SatisfactionModel.self)
        let answers = run.measures[index]
        if answers.state.answers > 0 {
            let mean = base.population(SatisfactionModel.self).mean
            let score = SatisfactionModel.score(
                weight: answers.weight, weightedPoints: answers.weightedPoints, mean: mean,
                kappa: run.projector.kappa)
            features.tensBelowMean = (mean - score) / 10
        }
        if answers.state.npsCount > 0 {
            features.isPromoter = answers.state.npsLast >= 9_000_000
            features.isDetractor = answers.state.npsLast < 7_000_000
        }
        return features
    }
}
