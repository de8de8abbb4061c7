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
    private var ces = WholeMoments()
    private var gaps = WholeMoments()
    private var gapScales: UInt64 = 0

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
            ces.add(answer.score)
        case .other:
            break
        }
        if answer.gap != .min {
            gaps.add(answer.gap)
            gapScales |= answer.scaleBit
        }
    }

    func describe(confidence: Double, into object: inout JSONObject) {
        object["nps"] = netPromoter(confidence)
        object["csat"] = satisfied(confidence)
        object["ces"] = ces.described(confidence)
        // Gaps on different scales are counted, but not averaged.
        object["expectation_gap"] =
            gapScales.nonzeroBitCount <= 1
            ? gaps.described(confidence)
            : ["mean": nil, "low": nil, "high": nil, "n": Answer.count(gaps.count)]
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

/// The mean and the spread of scores in millionths. Integers only: the order of scores does not matter.
private struct WholeMoments: Sendable {
    private(set) var count = 0
    private var sum: Int128 = 0
    private var squares: Int128 = 0

    mutating func add(_ score: Int64) {
        count += 1
        sum += Int128(score)
        squares += Int128(score) * Int128(score)
    }

    /// `{mean, low, high, n}` with Student's interval.
    func described(_ confidence: Double) -> JSONValue {
        guard count > 0 else { return ["mean": nil, "low": nil, "high": nil, "n": 0] }
        let n = Int128(count)
        let variance = count > 1 ? Double(n * squares - sum * sum) / Double(n * (n - 1)) / 1e12 : 0
        let moments = Moments(
            count: count, mean: Double(sum) / (1e6 * Double(count)),
            standardDeviation: variance.squareRoot())
        let interval = moments.interval(confidence: confidence)
        return [
            "mean": Answer.number(moments.mean), "low": Answer.number(interval?.low),
            "high": Answer.number(interval?.high), "n": Answer.count(count),
        ]
    }
}
