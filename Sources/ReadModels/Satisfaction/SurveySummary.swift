import Events
import Projection
import Statistics

/// Counted answers of many customers. Integers only: the order of answers does not matter.
struct SurveySummary: Sendable {
    private(set) var count = 0
    private var promoters = 0
    private var passives = 0
    private var detractors = 0
    private var csatTop = 0
    private var cesTop = 0
    private var csat = WholeMoments()
    private var ces = WholeMoments()
    private var gaps = WholeMoments()
    private var gapScales: UInt64 = 0

    mutating func add(_ answer: SurveyAnswer) {
        count += 1
        switch answer.kind {
        case .csat5:
            csat.add(answer.score)
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
            if answer.score >= 5_000_000 { cesTop += 1 }
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
        object["ces"] = easy(confidence)
        // Gaps on different scales are counted, but not averaged.
        object["expectation_gap"] =
            gapScales.nonzeroBitCount <= 1
            ? gaps.described(confidence)
            : ["mean": nil, "low": nil, "high": nil, "n": Answer.count(gaps.count)]
    }

    private var recommendation: NetPromoter? {
        promoters + passives + detractors > 0
            ? NetPromoter(promoters: promoters, passives: passives, detractors: detractors) : nil
    }

    private var satisfied: Proportion? {
        csat.count > 0 ? Proportion(successes: csatTop, count: csat.count) : nil
    }

    /// What differs from other answers, and how likely chance alone makes so much difference.
    func change(from other: SurveySummary) -> JSONValue {
        let scores = recommendation.flatMap { after in other.recommendation.map { (after, $0) } }
        let shares = satisfied.flatMap { after in other.satisfied.map { (after, $0) } }
        return [
            "nps": Self.difference(
                scores.map { $0.score - $1.score }, scores.flatMap { NetPromoter.z($0, $1) },
                n: other.recommendation?.count ?? 0),
            "csat": Self.difference(
                shares.map { $0.value - $1.value }, shares.flatMap { Proportion.z($0, $1) },
                n: other.csat.count),
        ]
    }

    private static func difference(_ difference: Double?, _ z: Double?, n: Int) -> JSONValue {
        [
            "difference": Answer.number(difference), "z": Answer.number(z),
            "p_value": Answer.number(z.map { twoSidedProbability(z: $0) }), "n_before": Answer.count(n),
        ]
    }

    private func netPromoter(_ confidence: Double) -> JSONValue {
        let answers = recommendation
        let interval = answers?.adjustedWald(confidence: confidence)
        let margin = answers.map { Interval.z(confidence: confidence) * $0.standardError }
        return [
            "score": Answer.number(answers?.score),
            "low": Answer.number(interval?.low),
            "high": Answer.number(interval?.high),
            "margin": Answer.number(margin),
            "n": Answer.count(answers?.count ?? 0),
            "promoters": Answer.count(promoters),
            "passives": Answer.count(passives),
            "detractors": Answer.count(detractors),
        ]
    }

    private func satisfied(_ confidence: Double) -> JSONValue {
        let interval = satisfied?.wilson(confidence: confidence)
        let mean = csat.moments
        let spread = mean?.interval(confidence: confidence)
        return [
            "top2": Answer.number(satisfied?.value),
            "low": Answer.number(interval?.low),
            "high": Answer.number(interval?.high),
            "mean": Answer.number(mean?.mean),
            "mean_low": Answer.number(spread?.low),
            "mean_high": Answer.number(spread?.high),
            "n": Answer.count(csat.count),
        ]
    }

    private func easy(_ confidence: Double) -> JSONValue {
        let share = ces.count > 0 ? Proportion(successes: cesTop, count: ces.count) : nil
        let interval = share?.wilson(confidence: confidence)
        let spread = ces.moments?.interval(confidence: confidence)
        return [
            "mean": Answer.number(ces.moments?.mean),
            "low": Answer.number(spread?.low),
            "high": Answer.number(spread?.high),
            "top3": Answer.number(share?.value),
            "top3_low": Answer.number(interval?.low),
            "top3_high": Answer.number(interval?.high),
            "n": Answer.count(ces.count),
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

    /// The mean and the deviation in points of the scale; nil where there is no score.
    var moments: Moments? {
        guard count > 0 else { return nil }
        let n = Int128(count)
        let variance = count > 1 ? Double(n * squares - sum * sum) / Double(n * (n - 1)) / 1e12 : 0
        return Moments(
            count: count, mean: Double(sum) / (1e6 * Double(count)),
            standardDeviation: variance.squareRoot())
    }

    /// `{mean, low, high, n}` with Student's interval.
    func described(_ confidence: Double) -> JSONValue {
        let interval = moments?.interval(confidence: confidence)
        return [
            "mean": Answer.number(moments?.mean), "low": Answer.number(interval?.low),
            "high": Answer.number(interval?.high), "n": Answer.count(count),
        ]
    }
}
