import Events
import Projection
import Statistics

/// Assesses the customers of a base, one after the other: all that it needs of other models, taken out once.
struct ChurnAssessor {
    let rule: ChurnRule
    let lifecycleRule: LifecycleRule
    /// The models that hold at the point.
    let models: FittedModels
    let day: Int32
    private let purchases: [ValueModel.Measure]
    let lifecycle: [LifecycleModel.Measure]
    private let own: [ChurnModel.State]
    private let complaints: [ComplaintsModel.Measure]
    private let judge: ComplaintJudge
    private let answers: [SatisfactionModel.Measure]
    private let kappa: Double
    private let mean: Double
    let cells: [ReturnTable.Cell]
    private let overall: Double?

    init(_ base: Base) {
        rule = base.run(of: ChurnModel.self).projector.rule
        own = base.measures(ChurnModel.self)
        day = base.context.clock.day
        let value = base.run(of: ValueModel.self)
        models = value.projector.models
        purchases = value.measures
        let lifecycle = base.run(of: LifecycleModel.self)
        self.lifecycle = lifecycle.measures
        lifecycleRule = lifecycle.projector.rule
        complaints = base.measures(ComplaintsModel.self)
        judge = base.shared(ComplaintJudge.init)
        let satisfaction = base.run(of: SatisfactionModel.self)
        answers = satisfaction.measures
        kappa = satisfaction.projector.kappa
        mean = base.population(SatisfactionModel.self).mean
        let population = base.population(ChurnModel.self)
        cells = population.cells
        overall = population.overall
    }

    func assess(_ index: Int) -> ChurnAssessment {
        let lifecycle = lifecycle[index]
        let features = features(index)
        let state = lifecycle.state
        let isEnded = state.isEnded != 0
        if own[index].withdrawn != 0 {
            return ChurnAssessment(
                lifecycle: lifecycle, features: features, overdueRatio: nil, base: nil, alive: nil, risk: nil,
                mayBeScored: false)
        }
        guard state.purchaseDays > 0 else {
            return ChurnAssessment(
                lifecycle: lifecycle, features: features, overdueRatio: nil, base: nil,
                alive: nil, risk: isEnded ? 1 : nil)
        }
        let (days, parts) = lifecycleRule.interval(
            count: state.purchaseDays, span: Int64(state.lastPurchase) - Int64(state.firstPurchase))
        let gap = Int64(day) - Int64(state.lastPurchase)
        let band = ReturnTable.band(gap: gap, days: days, parts: parts)
        let history = purchases[index].history(on: day)
        let base = modelled(history) ?? rate(cells[ReturnTable.cell(lifecycle.stage, band: band)])
        return ChurnAssessment(
            lifecycle: lifecycle, features: features, overdueRatio: Double(gap * parts) / Double(days),
            base: base,
            alive: history.flatMap { models.alive?.model.probabilityAlive($0) },
            risk: isEnded ? 1 : base.map { rule.risk(base: $0, features) })
    }

    /// The base risk by the fitted model; nil without one.
    private func modelled(_ history: BuyingHistory?) -> Double? {
        guard let history, let fit = models.buying else { return nil }
        return 1 - fit.model.probabilityActive(history, within: Double(rule.horizonDays) / 7)
    }

    /// (lost + 10 p) / (n + 10), p over all cells.
    private func rate(_ cell: ReturnTable.Cell) -> Double? {
        guard let overall else { return nil }
        let count = Double(cell.count) + rule.priorWeight
        return count > 0 ? (Double(cell.lost) + rule.priorWeight * overall) / count : nil
    }

    private func features(_ index: Int) -> ChurnRule.Features {
        var features = ChurnRule.Features()
        features.openComplaint = complaints[index].state.open > 0
        features.breachedComplaint = features.openComplaint && judge.hasOpenBreach(index)
        features.resolvedComplaint = complaints[index].resolvedLately > 0
        let answers = answers[index]
        if answers.state.answers > 0 {
            let score = SatisfactionModel.score(
                weight: answers.weight, weightedPoints: answers.weightedPoints, mean: mean, kappa: kappa)
            features.tensBelowMean = (mean - score) / 10
        }
        if answers.state.npsCount > 0 {
            features.isPromoter = answers.state.npsLast >= 9_000_000
            features.isDetractor = answers.state.npsLast < 7_000_000
        }
        return features
    }
}

/// One customer's risk with all that it is made of.
struct ChurnAssessment {
    let lifecycle: LifecycleModel.Measure
    let features: ChurnRule.Features
    /// Idle days over the personal interval, or nil without a purchase.
    let overdueRatio: Double?
    /// The model's risk; without a model the share of customers in a like state who did not come back, or nil where
    /// nothing is known of such.
    let base: Double?
    /// The probability that the customer has not left, by MBG/NBD; nil where that was not fitted.
    let alive: Double?
    /// The risk, or nil where there is no base. 1 for customers who ended the relationship.
    let risk: Double?
    /// Whether the customer has not withdrawn the consent to be scored: else nothing is said of the risk.
    var mayBeScored = true
}
