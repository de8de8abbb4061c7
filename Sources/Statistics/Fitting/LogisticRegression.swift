import Numerics

/// A logistic regression: log odds = Σ coefficient · feature.
public struct LogisticRegression: Sendable, Equatable {
    /// The coefficients, one a feature; a constant is a feature that is always 1.
    public let coefficients: [Double]
    /// Their standard errors, from the curvature of the likelihood.
    public let standardErrors: [Double]
    /// The logarithm of the likelihood.
    public let logLikelihood: Double
    /// How many observations it was fitted to.
    public let count: Int

    /// Fits by Newton's method.
    ///
    /// - Parameters:
    ///   - rows: the features of each observation, all of one length.
    ///   - outcomes: whether each happened.
    ///   - offsets: log odds that are given, added to those of the features; none means 0.
    ///   - ridge: half the penalty on squared coefficients: a prior that keeps rare features finite; 0 for none.
    ///   - priors: what the penalty pulls to; none means 0.
    /// - Returns: nil where the likelihood has no maximum: features that depend on each other, or outcomes that
    ///   they tell apart without error.
    public static func fit(
        _ rows: [[Double]], outcomes: [Bool], offsets: [Double] = [], ridge: Double = 0, priors: [Double] = []
    ) -> LogisticRegression? {
        precondition(rows.count == outcomes.count, "\(rows.count) rows, \(outcomes.count) outcomes")
        guard let size = rows.first?.count, size > 0 else { return nil }
        let count = Double(rows.count)
        let prior = priors.isEmpty ? [Double](repeating: 0, count: size) : priors
        func function(_ point: [Double]) -> (value: Double, gradient: [Double]) {
            var value = 0.0
            var gradient = [Double](repeating: 0, count: size)
            for index in rows.indices {
                var odds = offsets.isEmpty ? 0 : offsets[index]
                for (coefficient, feature) in zip(point, rows[index]) { odds += coefficient * feature }
                let sign: Double = outcomes[index] ? 1 : -1
                // −ln p of what happened.
                value += LogArithmetic.sum(0, -sign * odds)
                let excess = LogOdds.probability(odds) - (outcomes[index] ? 1 : 0)
                for feature in 0..<size { gradient[feature] += excess * rows[index][feature] }
            }
            for index in 0..<size {
                value += ridge * (point[index] - prior[index]) * (point[index] - prior[index])
                gradient[index] += 2 * ridge * (point[index] - prior[index])
            }
            return (value / count, gradient.map { $0 / count })
        }
        var minimizer = Minimizer()
        minimizer.bound = 1_000
        guard let minimum = minimizer.newton(function, from: prior),
            let variances = minimum.curvature.inverseDiagonal,
            variances.allSatisfy({ $0 / count < 1e6 })
        else { return nil }
        let penalty = zip(minimum.point, prior).reduce(0) { $0 + ridge * ($1.0 - $1.1) * ($1.0 - $1.1) }
        return LogisticRegression(
            coefficients: minimum.point,
            standardErrors: variances.map { ($0 / count).squareRoot() },
            logLikelihood: -(minimum.value * count - penalty), count: rows.count)
    }
}
