public import Events
public import Projection

extension SatisfactionModel {
    /// The unweighted mean of all answers that count, in points of a hundred: one division of integers, so that
    /// neither the order of customers nor the number of workers can change a digit.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        var answers: Int64 = 0
        // CSAT: 25 (s − 1), NPS: 10 s, CES: 100 (s − 1) / 6; six times these, in billionths.
        var sixfold: Int128 = 0
        for measure in run.measures {
            let state = measure.state
            answers += Int64(state.answers)
            let csat = 25 * (Int128(state.csatSum) - 1_000_000 * Int128(state.csatCount))
            let nps = 10 * Int128(state.npsSum)
            let ces = 100 * (Int128(state.cesSum) - 1_000_000 * Int128(state.cesCount))
            sixfold += 1_000 * (6 * (csat + nps) + ces) + 6 * Int128(state.otherSum)
        }
        guard answers > 0 else {
            return Population(mean: run.projector.meanWithoutAnswers, answers: 0)
        }
        let mean = Double(sixfold) / (6e9 * Double(answers))
        return Population(mean: mean, answers: Int(answers))
    }

    /// The score shrunk to the population's mean, in points of a hundred.
    static func score(weight: Double, weightedPoints: Double, mean: Double, kappa: Double) -> Double {
        // With kappa 0 and no answer there is nothing but the mean.
        kappa + weight > 0 ? (kappa * mean + weightedPoints) / (kappa + weight) : mean
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let run = base.run(of: Self.self)
        let measure = run.measures[index]
        let state = measure.state
        let projector = run.projector
        let mean = base.population(Self.self).mean
        let score = score(
            weight: measure.weight, weightedPoints: measure.weightedPoints, mean: mean, kappa: projector.kappa
        )
        let hasAnswers = state.answers > 0
        return [
            "score": Answer.number(score),
            "no_data": .bool(!hasAnswers),
            "effective_n": Answer.number(
                measure.squaredWeight > 0 ? measure.weight * measure.weight / measure.squaredWeight : 0),
            "answers": Answer.count(state.answers),
            "csat": [
                "top2": Answer.share(state.csatTop, of: state.csatCount),
                "mean": self.mean(of: state.csatSum, state.csatCount),
                "n": Answer.count(state.csatCount),
            ],
            "nps": [
                "n": Answer.count(state.npsCount),
                "last": state.npsCount > 0 ? Answer.number(Double(state.npsLast) / 1e6) : nil,
            ],
            "ces": ["mean": self.mean(of: state.cesSum, state.cesCount), "n": Answer.count(state.cesCount)],
            "dimensions": dimensions(index, projector, mean, base.context.codes),
            "surveys": [
                "sent": Answer.count(state.sent), "answered": Answer.count(state.returned),
                "sent_lately": Answer.count(measure.sentLately),
                "may_ask": .bool(measure.sentLately < Int64(projector.cap.surveys)),
            ],
            "expectation_gap": state.gapScales.nonzeroBitCount == 1
                ? self.mean(of: state.gapSum, state.gapCount) : nil,
        ]
    }

    private static func mean(of sum: Int64, _ count: Int32) -> JSONValue {
        count == 0 ? nil : Answer.number(Double(sum) / (1e6 * Double(count)))
    }

    private static func dimensions(
        _ index: Int, _ projector: Self, _ mean: Double, _ codes: [String]
    ) -> JSONValue {
        let own = projector.dimensions[index].sorted { codes[Int($0.code)] < codes[Int($1.code)] }
        var dimensions = JSONObject()
        for dimension in own {
            let score = score(
                weight: dimension.weight, weightedPoints: dimension.weightedPoints, mean: mean,
                kappa: projector.kappa)
            dimensions[codes[Int(dimension.code)]] = [
                "score": Answer.number(score), "n": Answer.count(dimension.answers),
            ]
        }
        return .object(dimensions)
    }

    /// How many customers with an answer have a score of up to so many points, by tens.
    private static func scores(of base: Base) -> JSONValue {
        let run = base.run(of: Self.self)
        let mean = base.population(Self.self).mean
        var counts = [Int](repeating: 0, count: 10)
        for measure in run.measures where measure.state.answers > 0 {
            let score = score(
                weight: measure.weight, weightedPoints: measure.weightedPoints, mean: mean,
                kappa: run.projector.kappa)
            counts[max(0, min(9, Int(score.rounded12 / 10)))] += 1
        }
        return Answer.histogram(counts, width: 10)
    }

    /// What has changed since the window before; nil where no window was asked for.
    private static func change(
        to summary: SurveySummary, _ first: Int32, _ options: ReportOptions, _ base: Base
    ) -> JSONValue? {
        guard let days = options.windowDays else { return nil }
        var before = SurveySummary()
        for answer in base.run(of: Self.self).projector.all
        where answer.day < first && Int(answer.day) >= Int(first) - days {
            before.add(answer)
        }
        return summary.change(from: before)
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let projector = base.run(of: Self.self).projector
        let first = options.windowDays.map { base.context.firstDay(ofTrailing: $0) } ?? .min
        var whole = SurveySummary()
        var dimensions: [UInt32: SurveySummary] = [:]
        var reliability: [UInt32: SurveyReliability] = [:]
        for answer in projector.all where answer.day >= first {
            whole.add(answer)
            guard answer.code != 0 else { continue }
            dimensions[answer.code, default: SurveySummary()].add(answer)
            reliability[answer.code, default: SurveyReliability()].add(answer)
        }
        let codes = base.context.codes
        var named = JSONObject()
        for (code, summary) in dimensions.sorted(by: { codes[Int($0.key)] < codes[Int($1.key)] }) {
            var statistics = JSONObject([("n", Answer.count(summary.count))])
            summary.describe(confidence: projector.confidence, into: &statistics)
            statistics["reliability"] = reliability[code]?.json ?? .null
            named[codes[Int(code)]] = .object(statistics)
        }
        var report = JSONObject([
            ("n", Answer.count(base.count)),
            ("small_population", .bool(base.isSmall(base.count))),
        ])
        whole.describe(confidence: projector.confidence, into: &report)
        report["dimensions"] = .object(named)
        report["scores"] = scores(of: base)
        report["change"] = change(to: whole, first, options, base) ?? .null
        let sent = projector.allSent.filter { $0.day >= first }
        let returned = sent.count(where: \.isAnswered)
        report["response_rate"] = [
            "sent": Answer.count(sent.count), "answered": Answer.count(returned),
            "share": Answer.share(returned, of: sent.count),
        ]
        return .object(report)
    }
}
