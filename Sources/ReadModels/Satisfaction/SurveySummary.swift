import Events
import Projection
import Statistics

/// Counted answers of many customers. Integers only: the order of answers does not matter.
struct SurveySummary: Sendable {
    private(set) var count = 0
    private var promoters = 0
    private var passives = 0
    private var detractors = 0
    private var csatCount = 0
    private var csatTop = 0
    private var cesCount = 0
    private var cesSum: Int128 = 0

    mutating func add(_ answer: SurveyAnswer) {
        count += 1
        switch answer.kind {
        case .csat5:
            csatCount += 1
            if answer.score >= 4_000_000 { csatTop += 1 }
        case .nps:
            // Scores are whole; what a rescaling left between two classes belongs to the lower one.
            if answer.score >= 9_000_000 {
                promoters += 1
            } else if answer.score >= 7_000_000 {
                passives += 1
            } else {
                detractors += 1
            }
        case .ces7:
            cesCount += 1
            cesSum += Int128(answer.score)
        case .other:
            break
        }
    }

    func describe(confidence: Double, into object: inout JSONObject) {
        object["nps"] = netPromoter(confidence)
        object["csat"] = satisfied(confidence)
        object["ces"] = [
            "mean": cesCount > 0 ? Answer.number(Double(cesSum) / (1e6 * Double(cesCount))) : nil,
            "n": Answer.count(cesCount),
        ]
    }

    private func netPromoter(_ confidence: Double) -> JSONValue {
        let total = promoters + passives + detractors
        let answers =
            total > 0 ? NetPromoter(promoters: promoters, passives: passives, detractors: detractors) : nil
        let interval = answers?.adjustedWald(confidence: confidence)
        return [
            "score": Answer.number(answers?.score),
            "low": Answer.number(interval?.low),
            "high": Answer.number(interval?.high),
            "n": Answer.count(total),
            "promoters": Answer.count(promoters),
            "passives": Answer.count(passives),
            "detractors": Answer.count(detractors),
        ]
    }

    private func satisfied(_ confidence: Double) -> JSONValue {
        let share = csatCount > 0 ? Proportion(successes: csatTop, count: csatCount) : nil
        let interval = share?.wilson(confidence: confidence)
        return [
            "top2": Answer.number(share?.value),
            "low": Answer.number(interval?.low),
            "high": Answer.number(interval?.high),
            "n": Answer.count(csatCount),
        ]
    }
}
