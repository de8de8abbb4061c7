import Numerics

/// Further intervals of a share, for who compares with software that gives them: DOMAIN.md section 8 asks for
/// Wilson's. Brown, Cai and DasGupta (2001) say where each is too narrow or too wide.
extension Proportion {
    /// The interval of the normal distribution at the share itself, within 0 and 1. Wrong for few or unanimous
    /// answers, which it says nothing uncertain of.
    public func wald(confidence: Double = 0.95) -> Interval {
        let half = Interval.z(confidence: confidence) * (value * (1 - value) / Double(count)).squareRoot()
        return Interval(low: max(0, value - half), high: min(1, value + half))
    }

    /// The same after z² answers more, half of them of the kind, within 0 and 1 (Agresti and Coull 1998).
    public func agrestiCoull(confidence: Double = 0.95) -> Interval {
        let z = Interval.z(confidence: confidence)
        let n = Double(count) + z * z
        let centre = (Double(successes) + z * z / 2) / n
        let half = z * (centre * (1 - centre) / n).squareRoot()
        return Interval(low: max(0, centre - half), high: min(1, centre + half))
    }

    /// The equal-tailed interval of the posterior under Jeffreys' prior, half an answer of each kind.
    public func jeffreys(confidence: Double = 0.95) -> Interval {
        BetaDistribution(a: 0.5, b: 0.5).posterior(successes: successes, count: count)
            .interval(confidence: confidence)
    }

    /// The exact interval of the binomial distribution (Clopper and Pearson 1934): never too narrow, mostly too wide.
    public func clopperPearson(confidence: Double = 0.95) -> Interval {
        let tail = (1 - confidence) / 2
        let (hits, misses) = (Double(successes), Double(count - successes))
        return Interval(
            low: successes == 0 ? 0 : BetaDistribution(a: hits, b: misses + 1).quantile(tail),
            high: successes == count ? 1 : BetaDistribution(a: hits + 1, b: misses).quantile(1 - tail))
    }
}

extension NetPromoter {
    /// The interval of the normal distribution at the plain score, in points and not clipped. Wrong for few or
    /// unanimous answers: five tens give 100 to 100.
    public func wald(confidence: Double = 0.95) -> Interval {
        let half = Interval.z(confidence: confidence) * standardError
        return Interval(low: score - half, high: score + half)
    }

    /// Student's interval of the mean of answers that score −100, 0 or 100, in points and not clipped. Nil below
    /// two answers.
    public func meanInterval(confidence: Double = 0.95) -> Interval? {
        guard count > 1 else { return nil }
        return Moments(count: count, mean: score, standardDeviation: standardDeviation)
            .interval(confidence: confidence)
    }

    /// The standard deviation of answers that score −100, 0 or 100, with n − 1, in points. 0 below two answers.
    public var standardDeviation: Double {
        count > 1 ? 100 * (variance * Double(count) / Double(count - 1)).squareRoot() : 0
    }
}
