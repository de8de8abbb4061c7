public import Events
public import Projection

extension ChurnModel {
    /// What the model without a fit is called in answers.
    static let fallbackName = "fallback"

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let assessor = base.shared(ChurnAssessor.init)
        let rule = assessor.rule
        let assessment = assessor.assess(index)
        return [
            "horizon_days": Answer.count(rule.horizonDays),
            "risk": Answer.number(assessment.risk),
            "base_risk": Answer.number(assessment.base),
            "band": assessment.risk.map { .string(rule.band($0)) } ?? nil,
            "p_alive": Answer.number(assessment.alive),
            "overdue_ratio": Answer.number(assessment.overdueRatio),
            "model": .string(assessor.models.buying?.name ?? fallbackName),
            "reasons": .array(
                assessment.mayBeScored
                    ? ChurnReasons(index, of: base, assessment, assessor.lifecycleRule).list : []),
        ]
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let assessor = base.shared(ChurnAssessor.init)
        let rule = assessor.rule
        let population = base.population(Self.self)
        var bands = ["low": 0, "medium": 0, "high": 0]
        // Risks are summed in units of 1e-15, which are whole: the order of customers does not matter.
        var losses: Int128 = 0
        var tenths = [Int](repeating: 0, count: 10)
        for index in 0..<base.count {
            guard let risk = assessor.assess(index).risk?.rounded12 else { continue }
            bands[rule.band(risk), default: 0] += 1
            losses += Int128(risk * 1e15 + 0.5)
            tenths[min(9, Int(risk * 10))] += 1
        }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "bands": [
                "low": Answer.count(bands["low"] ?? 0),
                "medium": Answer.count(bands["medium"] ?? 0),
                "high": Answer.count(bands["high"] ?? 0),
            ],
            "risks": Answer.histogram(tenths, width: 1, parts: 10),
            "expected_losses": Answer.number(Double(losses) / 1e15),
            "model": assessor.models.buying.map(\.answer) ?? fallback(population, rule),
        ]
    }

    private static func fallback(_ population: Population, _ rule: ChurnRule) -> JSONValue {
        [
            "name": .string(fallbackName),
            "params": [
                "horizon_days": Answer.count(rule.horizonDays),
                "reference_dates": Answer.count(population.referenceDates),
                "overall": Answer.number(population.overall),
            ],
            "loglik": nil,
            "n": Answer.count(population.total.count),
        ]
    }
}
