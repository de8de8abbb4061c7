import Numerics

/// How far forecast quantities were from what came, over customers.
public struct ForecastError: Sendable {
    /// Σ forecast / Σ actual − 1; nil where nothing came.
    public let total: Double?
    /// The root of the mean squared difference.
    public let rootMeanSquare: Double
    /// The mean difference without its sign.
    public let meanAbsolute: Double
    /// Pearson's correlation; nil where either does not vary.
    public let correlation: Double?

    /// The errors of a forecast of at least one quantity.
    public init(_ forecast: [Double], actual: [Double]) {
        precondition(
            !forecast.isEmpty && forecast.count == actual.count,
            "\(forecast.count) forecasts of \(actual.count) quantities")
        let differences = zip(forecast, actual).map { $0 - $1 }
        let count = Double(differences.count)
        let sum = actual.reduce(0, +)
        total = sum == 0 ? nil : (forecast.reduce(0, +) - sum) / sum
        rootMeanSquare = (differences.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
        meanAbsolute = differences.reduce(0) { $0 + abs($1) } / count
        correlation = pearsonCorrelation(forecast, actual)
    }
}

/// Pearson's correlation of two columns. Nil where either does not vary, or below two rows.
public func pearsonCorrelation(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "columns of \(first.count) and \(second.count)")
    guard first.count > 1 else { return nil }
    let means = (Moments(first).mean, Moments(second).mean)
    var sums = (both: 0.0, first: 0.0, second: 0.0)
    for (x, y) in zip(first, second) {
        sums.both += (x - means.0) * (y - means.1)
        sums.first += (x - means.0) * (x - means.0)
        sums.second += (y - means.1) * (y - means.1)
    }
    guard sums.first > 0, sums.second > 0 else { return nil }
    return sums.both / (sums.first.squareRoot() * sums.second.squareRoot())
}

/// The share of the best `part` by what came that is also among the best `part` by score. Ties go by place: the
/// sort is stable. Nil where the part holds nobody.
public func topHitRate(_ scores: [Double], actual: [Double], part: Double = 0.2) -> Double? {
    precondition(scores.count == actual.count, "\(scores.count) scores of \(actual.count) quantities")
    let size = Int((part * Double(scores.count)).rounded(.up))
    guard size > 0 else { return nil }
    func best(_ values: [Double]) -> ArraySlice<Int> {
        values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }.prefix(size)
    }
    let found = Set(best(scores))
    return Double(best(actual).count { found.contains($0) }) / Double(size)
}
