import Numerics

/// A mean with its spread.
public struct Moments: Sendable, Equatable {
    /// How many values there are.
    public let count: Int
    /// Their mean; 0 where there is none.
    public let mean: Double
    /// The standard deviation with n − 1; 0 below two values.
    public let standardDeviation: Double

    /// The moments of values.
    public init(_ values: some Collection<Double>) {
        count = values.count
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        standardDeviation = values.count < 2 ? 0 : (squares / Double(values.count - 1)).squareRoot()
    }

    /// Moments that were computed elsewhere.
    public init(count: Int, mean: Double, standardDeviation: Double) {
        self.count = count
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// Student's interval of the mean. Nil below two values.
    public func interval(confidence: Double = 0.95) -> Interval? {
        guard count >= 2 else { return nil }
        let t = -StudentDistribution.quantile((1 - confidence) / 2, degreesOfFreedom: Double(count - 1))
        let half = t * standardDeviation / Double(count).squareRoot()
        return Interval(low: mean - half, high: mean + half)
    }
}
