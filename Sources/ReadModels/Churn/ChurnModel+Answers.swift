public import Events
public import Projection

extension ChurnModel {
    /// What the model without a fit is called in answers.
    static let fallbackName = "fallback"

    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let rule = base.run(of: Self.self).projector.rule
        let lifecycleRule = base.run(of: LifecycleModel.self).projector.rule
        let assessment = ChurnAssessment(index, of: base, rule: rule, lifecycleRule: lifecycleRule)
        return [
            "horizon_days": Answer.count(rule.horizonDays),
            "risk": Answer.number(assessment.risk),
            "base_risk": Answer.number(assessment.base),
            "band": assessment.risk.map { .string(rule.band($0)) } ?? nil,
            "p_alive": nil,
            "overdue_ratio": Answer.number(assessment.overdueRatio),
            "model": .string(fallbackName),
            "reasons": .array(ChurnReasons(index, of: base, assessment, lifecycleRule).list),
        ]
    }

    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let rule = base.run(of: Self.self).projector.rule
        let lifecycleRule = base.run(of: LifecycleModel.self).projector.rule
        let population = base.population(Self.self)
        var bands = ["low": 0, "medium": 0, "high": 0]
        // Risks are summed in units of 1e-15, which are whole: the order of customers does not matter.
        var losses: Int128 = 0
        for index in 0..<base.count {
            let assessment = ChurnAssessment(index, of: base, rule: rule, lifecycleRule: lifecycleRule)
            guard let risk = assessment.risk?.rounded12 else { continue }
            bands[rule.band(risk), default: 0] += 1
            losses += Int128(risk * 1e15 + 0.5)
        }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "bands": [
                "low": Answer.count(bands["low"] ?? 0),
                "medium": Answer.count(bands["medium"] ?? 0),
                "high": Answer.count(bands["high"] ?? 0),
            ],
            "expected_losses": Answer.number(Double(losses) / 1e15),
            "model": [
                "name": .string(fallbackName),
                "params": [
                    "horizon_days": Answer.count(rule.horizonDays),
                    "reference_dates": Answer.count(population.referenceDates),
                    "overall": Answer.number(population.overall),
                ],
                "loglik": nil,
                "n": Answer.count(population.total.count),
            ],
        ]
    }
}
