import Numerics

/// The beta distribution: what is believed of a share after some answers.
public struct BetaDistribution: Sendable, Equatable {
    /// The first parameter: successes, with those of the prior.
    public let a: Double
    /// The second parameter: failures, with those of the prior.
    public let b: Double

    /// A distribution. Traps unless both parameters are positive.
    public init(a: Double, b: Double) {
        precondition(a > 0 && b > 0, "a beta distribution with \(a) and \(b)")
        self.a = a
        self.b = b
    }

    /// The posterior after `successes` of `count` answers.
    public func posterior(successes: Int, count: Int) -> BetaDistribution {
        BetaDistribution(a: a + Double(successes), b: b + Double(count - successes))
    }

    /// The mean: (k + a) / (n + a + b) for a posterior, as in DOMAIN.md section 8.
    public var mean: Double { a / (a + b) }

    /// The probability of a value up to `x`.
    public func cumulative(_ x: Double) -> Double {
        IncompleteBeta.regularised(x, complement: 1 - x, a: a, b: b)
    }

    /// The value that is not exceeded with probability `p`, 0 < p < 1, to about 1e-14.
    public func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile is asked at \(p), not between 0 and 1")
        var low = 0.0
        var high = 1.0
        // Bisection: the distribution may be steep without bound at both ends.
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            if cumulative(middle) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The equal-tailed credible interval.
    public func interval(confidence: Double = 0.95) -> Interval {
        Interval(low: quantile((1 - confidence) / 2), high: quantile((1 + confidence) / 2))
    }
}
