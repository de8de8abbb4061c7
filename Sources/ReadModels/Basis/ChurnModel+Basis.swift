import Events
public import Projection

extension ChurnModel {
    /// The fitted model, or the cell of customers in a like state with what became of them.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        let assessor = ChurnAssessor(base)
        switch path.split(separator: ".").first {
        case "risk", "base_risk", "band", "reasons": break
        case "p_alive":
            guard let alive = assessor.models.alive else { return nil }
            return PopulationBasis(everybody: [("model", alive.answer)], own: own(index, assessor))
        default: return nil
        }
        let mean = base.population(SatisfactionModel.self).mean
        let satisfaction = ("mean_satisfaction", Answer.number(mean))
        if let buying = assessor.models.buying {
            return PopulationBasis(
                everybody: [("model", buying.answer), satisfaction], own: own(index, assessor))
        }
        let population = base.population(Self.self)
        let cell = assessor.cell(index)
        return PopulationBasis(
            everybody: [
                ("reference_dates", Answer.count(population.referenceDates)),
                ("alike", cell.map { Answer.count($0.count) } ?? .null),
                ("alike_lost", cell.map { Answer.count($0.lost) } ?? .null),
                ("all", Answer.count(population.total.count)),
                ("all_lost", Answer.count(population.total.lost)),
                ("weight_of_all", Answer.number(assessor.rule.priorWeight)), satisfaction,
            ],
            own: own(index, assessor))
    }

    private static func own(_ index: Int, _ assessor: ChurnAssessor) -> [(String, JSONValue)] {
        let assessment = assessor.assess(index)
        return [
            ("stage", .string(assessment.lifecycle.stage.code)),
            ("overdue_ratio", Answer.number(assessment.overdueRatio)),
        ]
    }
}

extension ChurnAssessor {
    /// What became of customers in the customer's stage, idle for as many of their intervals; nil without a
    /// purchase.
    func cell(_ index: Int) -> ReturnTable.Cell? {
        let measure = lifecycle[index]
        guard measure.state.purchaseDays > 0 else { return nil }
        let (days, parts) = lifecycleRule.interval(
            count: measure.state.purchaseDays,
            span: Int64(measure.state.lastPurchase) - Int64(measure.state.firstPurchase))
        let gap = Int64(day) - Int64(measure.state.lastPurchase)
        return cells[
            ReturnTable.cell(measure.stage, band: ReturnTable.band(gap: gap, days: days, parts: parts))]
    }
}
