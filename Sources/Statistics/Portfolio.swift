/// Tiers or segments as assets: how their margins vary, together and apart (Tarasi and others 2011), as in DOMAIN.md
/// section 16.
public struct Portfolio: Sendable, Equatable {
    /// The mean of each segment.
    public let means: [Double]
    /// The standard deviation of each segment, with n − 1.
    public let standardDeviations: [Double]
    /// The covariance of each with each, with n − 1.
    public let covariance: [[Double]]
    /// The part of each segment in the whole.
    public let weights: [Double]

    /// A portfolio.
    ///
    /// - Parameters:
    ///   - series: the margins of each segment, month by month, all of one length of at least 2.
    ///   - weights: the part of each segment in the whole.
    public init(series: [[Double]], weights: [Double]) {
        precondition(series.count == weights.count, "\(series.count) series, \(weights.count) weights")
        let months = series.first?.count ?? 0
        precondition(months >= 2 && series.allSatisfy { $0.count == months }, "series of unlike length")
        let moments = series.map { Moments($0) }
        means = moments.map(\.mean)
        standardDeviations = moments.map(\.standardDeviation)
        self.weights = weights
        covariance = series.indices.map { row in
            series.indices.map { column in
                var sum = 0.0
                for month in 0..<months {
                    sum +=
                        (series[row][month] - moments[row].mean)
                        * (series[column][month] - moments[column].mean)
                }
                return sum / Double(months - 1)
            }
        }
    }

    /// Standard deviation over mean of each segment; nil where the mean is 0.
    public var variationCoefficients: [Double?] {
        zip(standardDeviations, means).map { $1 == 0 ? nil : $0 / $1 }
    }

    /// The correlation of each with each; nil where either does not vary.
    public var correlation: [[Double?]] {
        covariance.indices.map { row in
            covariance.indices.map { column in
                let product = standardDeviations[row] * standardDeviations[column]
                return product > 0 ? covariance[row][column] / product : nil
            }
        }
    }

    /// The mean of the whole.
    public var mean: Double { zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 } }

    /// The variance of the whole, w'Sw: never below 0.
    public var variance: Double {
        var sum = 0.0
        for row in weights.indices {
            for column in weights.indices { sum += weights[row] * covariance[row][column] * weights[column] }
        }
        return max(0, sum)
    }

    /// The standard deviation of the whole.
    public var standardDeviation: Double { variance.squareRoot() }

    /// Mean over standard deviation; nil where nothing varies.
    public var rewardToVariability: Double? { standardDeviation > 0 ? mean / standardDeviation : nil }
}
