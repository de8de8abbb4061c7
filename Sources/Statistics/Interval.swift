import Numerics

/// A confidence interval.
public struct Interval: Sendable, Equatable {
    /// The lower end.
    public let low: Double
    /// The upper end.
    public let high: Double

    /// An interval.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// The two-sided standard normal quantile of a confidence: 1.96 for 0.95.
    public static func z(confidence: Double) -> Double {
        -NormalDistribution.quantile((1 - confidence) / 2)
    }
}

/// A share of `successes` in `count` answers.
public struct Proportion: Sendable, Equatable {
    /// How many are of the kind.
    public let successes: Int
    /// How many there are, at least 1.
    public let count: Int

    /// A share. Traps unless 0 ≤ successes ≤ count and count > 0.
    public init(successes: Int, count: Int) {
        precondition(count > 0 && successes >= 0 && successes <= count, "\(successes) of \(count)")
        self.successes = successes
        self.count = count
    }

    /// The share as a fraction.
    public var value: Double { Double(successes) / Double(count) }

    /// Wilson's score interval (Wilson 1927), as fractions.
    public func wilson(confidence: Double = 0.95) -> Interval {
        let z = Interval.z(confidence: confidence)
        let n = Double(count)
        let centre = (value + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
        // At the ends the formula gives 0 and 1 but for rounding.
        return Interval(
            low: successes == 0 ? 0 : centre - half,
            high: successes == count ? 1 : centre + half)
    }

    /// The z of the difference of two shares, with the pooled variance. Nil where neither varies.
    public static func z(_ first: Proportion, _ second: Proportion) -> Double? {
        let pooled = Double(first.successes + second.successes) / Double(first.count + second.count)
        let variance = pooled * (1 - pooled) * (1 / Double(first.count) + 1 / Double(second.count))
        return variance > 0 ? (first.value - second.value) / variance.squareRoot() : nil
    }

    /// The margin of error of a share: z · √(p(1−p)/n), times √((N−n)/(N−1)) where the population is finite.
    public static func margin(
        share: Double, count: Int, population: Int? = nil, confidence: Double = 0.95
    ) -> Double {
        let margin =
            Interval.z(confidence: confidence) * (share * (1 - share) / Double(count)).squareRoot()
        guard let population else { return margin }
        return margin * (Double(population - count) / Double(population - 1)).squareRoot()
    }

    /// The answers needed for a margin of error at the widest share, 0.5.
    public static func answersNeeded(margin: Double, population: Int? = nil, confidence: Double = 0.95) -> Int
    {
        let z = Interval.z(confidence: confidence)
        let unlimited = z * z * 0.25 / (margin * margin)
        guard let population else { return Int(unlimited.rounded(.up)) }
        return Int((unlimited / (1 + (unlimited - 1) / Double(population))).rounded(.up))
    }
}

/// The two-sided probability of a standard normal value at least as far from 0 as `z`.
public func twoSidedProbability(z: Double) -> Double {
    2 * NormalDistribution.cumulative(-abs(z))
}
