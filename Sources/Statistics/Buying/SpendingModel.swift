import Numerics

/// How much customers spend: the mean of x repeat purchases, gamma distributed about a level of the customer's own
/// that is gamma distributed in turn (Fader and Hardie 2013, note 025), as in DOMAIN.md section 5.4.
public struct SpendingModel: Sendable, Equatable {
    /// The shape of one purchase's amount.
    public let p: Double
    /// The shape of the levels. Means exist from 1 on.
    public let q: Double
    /// The scale of the levels, in units of money.
    public let v: Double

    /// A model. Traps unless all parameters are positive.
    public init(p: Double, q: Double, v: Double) {
        precondition([p, q, v].allSatisfy { $0 > 0 && $0.isFinite }, "Gamma-Gamma with \(p), \(q), \(v)")
        self.p = p
        self.q = q
        self.v = v
    }

    /// The mean over the population, or nil where it has none.
    public var populationMean: Double? { q > 1 ? p * v / (q - 1) : nil }

    /// The mean amount to be expected of a customer after `repeats` repeat purchases of `meanAmount` each; that of
    /// the population without any. Nil where it has none.
    public func expectedAmount(repeats: Int, meanAmount: Double) -> Double? {
        let observed = repeats > 0 && meanAmount > 0 ? Double(repeats) : 0
        let below = p * observed + q - 1
        return below > 0 ? p * (v + observed * meanAmount) / below : nil
    }

    /// The logarithm of the density of a mean.
    public func logLikelihood(_ spending: Spending) -> Double {
        let x = Double(spending.repeats)
        let m = spending.meanAmount
        return Double.logGamma(p * x + q) - Double.logGamma(p * x) - Double.logGamma(q) + q * Double.log(v)
            + (p * x - 1) * Double.log(m) + p * x * Double.log(x) - (p * x + q) * Double.log(v + x * m)
    }

    /// The logarithm of the likelihood of a sample.
    public func logLikelihood(_ sample: some Sequence<Spending>) -> Double {
        sample.reduce(0) { $0 + logLikelihood($1) }
    }
}

/// What one customer spent on repeat purchases.
public struct Spending: Sendable, Equatable {
    /// How many repeat purchases there were, at least one.
    public let repeats: Int
    /// Their mean amount, above 0, in major units of money.
    public let meanAmount: Double

    /// Spending; nil where there is no repeat purchase or no money in them, which the model has no place for.
    public init?(repeats: Int, meanAmount: Double) {
        guard repeats > 0, meanAmount > 0, meanAmount.isFinite else { return nil }
        self.repeats = repeats
        self.meanAmount = meanAmount
    }
}

/// A model of spending with the sample that it was fitted to.
public struct SpendingFit: Sendable {
    /// The model at the maximum of the likelihood.
    public let model: SpendingModel
    /// The logarithm of the likelihood there.
    public let logLikelihood: Double
    /// The standard errors of p, q and v.
    public let standardErrors: [Double]
    /// How many customers it was fitted to.
    public let count: Int
    /// Pearson's correlation of the number of repeat purchases with their mean: the model takes it for 0.
    public let correlation: Double?

    /// Fits by maximum likelihood over the logarithms of the parameters, from several starts.
    ///
    /// - Returns: nil where the likelihood has no maximum, as where all spend the same.
    public init?(_ sample: [Spending]) {
        guard sample.count > 1 else { return nil }
        // In one order whatever order they came in; equal x beside each other.
        let sorted = sample.sorted { ($0.repeats, $0.meanAmount) < ($1.repeats, $1.meanAmount) }
        let factor = sorted.reduce(0) { $0 + $1.meanAmount } / Double(sorted.count) / 30
        let likelihood = SpendingLikelihood(sorted, factor: factor)
        let starts: [[Double]] = [[6, 4, 15], [1, 2, 10], [3, 3, 30], [20, 10, 15]]
        guard
            let minimum = Minimizer().minimize(
                likelihood.negativeMean, from: starts.map { $0.map { Double.log($0) } }),
            let variances = minimum.curvature.inverseDiagonal
        else { return nil }
        let parameters = minimum.point.map { Double.exp($0) }
        model = SpendingModel(p: parameters[0], q: parameters[1], v: parameters[2] * factor)
        logLikelihood = model.logLikelihood(sorted)
        standardErrors = zip([model.p, model.q, model.v], variances).map {
            $0 * ($1 / Double(sorted.count)).squareRoot()
        }
        count = sorted.count
        correlation = pearsonCorrelation(sorted.map { Double($0.repeats) }, sorted.map(\.meanAmount))
    }
}

/// The likelihood of spending with its gradient, as a function of the logarithms of p, q and v.
struct SpendingLikelihood {
    private let sample: [(x: Double, m: Double, logM: Double)]

    init(_ sorted: [Spending], factor: Double) {
        sample = sorted.map {
            let amount = $0.meanAmount / factor
            return (Double($0.repeats), amount, Double.log(amount))
        }
    }

    /// −(ln L) / n and its gradient.
    func negativeMean(_ point: [Double]) -> (value: Double, gradient: [Double]) {
        let (p, q, v) = (Double.exp(point[0]), Double.exp(point[1]), Double.exp(point[2]))
        var value = 0.0
        var gradient = (p: 0.0, q: 0.0, v: 0.0)
        var x = 0.0
        var logX = 0.0
        var shared = (value: 0.0, byP: 0.0, byQ: 0.0)
        for entry in sample {
            if entry.x != x {
                x = entry.x
                logX = Double.log(x)
                let both = Digamma.value(p * x + q)
                shared = (
                    Double.logGamma(p * x + q) - Double.logGamma(p * x) - Double.logGamma(q) + q * point[2],
                    both - Digamma.value(p * x), both - Digamma.value(q)
                )
            }
            let sum = v + x * entry.m
            let logSum = Double.log(sum)
            value +=
                shared.value + (p * x - 1) * entry.logM + p * x * logX - (p * x + q) * logSum
            gradient.p += x * (shared.byP + entry.logM + logX - logSum)
            gradient.q += shared.byQ + point[2] - logSum
            gradient.v += q / v - (p * x + q) / sum
        }
        let scale = -1 / Double(sample.count)
        return (value * scale, [gradient.p * p * scale, gradient.q * q * scale, gradient.v * v * scale])
    }
}
