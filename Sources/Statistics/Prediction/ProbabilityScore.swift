import Numerics

/// How good predicted probabilities were, once it is known what happened.
public struct ProbabilityScore: Sendable {
    private let probabilities: [Double]
    private let outcomes: [Bool]
    /// The share of those that happened.
    public let baseRate: Double

    /// Predictions with what happened, at least one.
    public init(_ probabilities: [Double], outcomes: [Bool]) {
        precondition(
            !probabilities.isEmpty && probabilities.count == outcomes.count,
            "\(probabilities.count) predictions of \(outcomes.count) outcomes")
        self.probabilities = probabilities
        self.outcomes = outcomes
        baseRate = Double(outcomes.count { $0 }) / Double(outcomes.count)
    }

    /// Brier's score: the mean of (p − y)².
    public var brier: Double {
        mean { ($0 - $1) * ($0 - $1) }
    }

    /// What Brier's score is when everybody is given the base rate.
    public var baseRateBrier: Double { baseRate * (1 - baseRate) }

    /// 1 − Brier over the base rate's; nil where all came out alike.
    public var brierSkill: Double? { baseRateBrier > 0 ? 1 - brier / baseRateBrier : nil }

    /// The mean of −ln of the probability that was given to what happened; probabilities are kept 1e-15 away from
    /// 0 and 1.
    public var logLoss: Double {
        mean { p, y in
            let kept = min(max(p, 1e-15), 1 - 1e-15)
            return y > 0 ? -Double.log(kept) : -Double.log(onePlus: -kept)
        }
    }

    /// The probability that one that happened was ranked above one that did not; ties count half. Nil where all
    /// came out alike.
    public var areaUnderCurve: Double? {
        Discrimination.areaUnderCurve(probabilities, outcomes: outcomes)
    }

    /// How many times more often it happened among the part with the highest predictions than among all; of those
    /// whose prediction is that of the border as many count as have room, each by the share of them that it happened to.
    /// Nil where it never happened.
    public func lift(top part: Double = 0.2) -> Double? {
        guard baseRate > 0 else { return nil }
        let size = Int((part * Double(outcomes.count)).rounded(.up))
        let sorted = probabilities.sorted(by: >)
        guard size > 0, size <= sorted.count else { return nil }
        let border = sorted[size - 1]
        var above = (count: 0, happened: 0)
        var tied = (count: 0, happened: 0)
        for (p, y) in zip(probabilities, outcomes) where p >= border {
            if p > border {
                above = (above.count + 1, above.happened + (y ? 1 : 0))
            } else {
                tied = (tied.count + 1, tied.happened + (y ? 1 : 0))
            }
        }
        let share = Double(tied.happened) / Double(tied.count)
        return (Double(above.happened) + Double(size - above.count) * share) / Double(size) / baseRate
    }

    /// The intercept and slope of the log odds of what happened on those predicted: 0 and 1 when calibrated. Nil
    /// where they cannot be told.
    public var calibration: (intercept: Double, slope: Double)? {
        let rows = probabilities.map { [1, LogOdds.of(min(max($0, 1e-15), 1 - 1e-15))] }
        return LogisticRegression.fit(rows, outcomes: outcomes).map {
            ($0.coefficients[0], $0.coefficients[1])
        }
    }

    /// The mean distance of mean prediction and share in `bins` bins of equal width.
    public func expectedCalibrationError(bins: Int = 10) -> Double {
        var sums = [(count: Int, predicted: Double, happened: Double)](repeating: (0, 0, 0), count: bins)
        for (p, y) in zip(probabilities, outcomes) {
            let bin = min(bins - 1, max(0, Int(p * Double(bins))))
            sums[bin].count += 1
            sums[bin].predicted += p
            sums[bin].happened += y ? 1 : 0
        }
        return sums.reduce(0) { $0 + abs($1.predicted - $1.happened) } / Double(probabilities.count)
    }

    /// One tenth of the predictions, by their size.
    public struct Part: Sendable, Equatable {
        /// How many predictions there are.
        public let count: Int
        /// Their mean.
        public let meanPredicted: Double
        /// The share of those that happened.
        public let observed: Double
    }

    /// The predictions in ten parts of as equal a size as can be, ascending, the larger parts first. The sort is
    /// stable: equal predictions stay in the order in which they came.
    public func deciles(_ parts: Int = 10) -> [Part] {
        let order = probabilities.indices.sorted {
            (probabilities[$0], $0) < (probabilities[$1], $1)
        }
        var result: [Part] = []
        var start = 0
        for part in 0..<parts {
            let count = order.count / parts + (part < order.count % parts ? 1 : 0)
            guard count > 0 else { continue }
            let chosen = order[start..<(start + count)]
            result.append(
                Part(
                    count: count,
                    meanPredicted: chosen.reduce(0) { $0 + probabilities[$1] } / Double(count),
                    observed: Double(chosen.count { outcomes[$0] }) / Double(count)))
            start += count
        }
        return result
    }

    private func mean(_ term: (_ probability: Double, _ outcome: Double) -> Double) -> Double {
        zip(probabilities, outcomes).reduce(0) { $0 + term($1.0, $1.1 ? 1 : 0) } / Double(outcomes.count)
    }
}

/// How well scores tell apart what happens from what does not.
public enum Discrimination {
    /// The area under the ROC curve by the rank formula, with average ranks for ties. Nil where all came out alike.
    public static func areaUnderCurve(_ scores: [Double], outcomes: [Bool]) -> Double? {
        let positives = outcomes.count { $0 }
        let negatives = outcomes.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        var rankSum = 0.0
        forEachTie(scores, ascending: true) { range, members in
            // The average of the ranks range.lowerBound + 1 ... range.upperBound.
            let rank = Double(range.lowerBound + range.upperBound + 1) / 2
            rankSum += rank * Double(members.count { outcomes[$0] })
        }
        let least = Double(positives) * Double(positives + 1) / 2
        return (rankSum - least) / (Double(positives) * Double(negatives))
    }

    /// The mean of the precision at each that happened, from the highest score down; ties are taken together.
    /// Nil where nothing happened.
    public static func averagePrecision(_ scores: [Double], outcomes: [Bool]) -> Double? {
        let positives = outcomes.count { $0 }
        guard positives > 0 else { return nil }
        var found = 0
        var sum = 0.0
        forEachTie(scores, ascending: false) { range, members in
            let more = members.count { outcomes[$0] }
            found += more
            sum += Double(more) * Double(found) / Double(range.upperBound)
        }
        return sum / Double(positives)
    }

    private static func forEachTie(
        _ scores: [Double], ascending: Bool, _ body: (Range<Int>, ArraySlice<Int>) -> Void
    ) {
        let order = scores.indices.sorted { ascending ? scores[$0] < scores[$1] : scores[$0] > scores[$1] }
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
            body(start..<end, order[start..<end])
            start = end
        }
    }
}
