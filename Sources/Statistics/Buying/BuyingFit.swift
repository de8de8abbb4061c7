import Numerics

/// A model of buying with the sample that it was fitted to.
public struct BuyingFit: Sendable {
    /// The model at the maximum of the likelihood.
    public let model: BuyingModel
    /// The logarithm of the likelihood there.
    public let logLikelihood: Double
    /// The standard errors of r, alpha, a and b, from the curvature.
    public let standardErrors: [Double]
    /// How many customers it was fitted to.
    public let count: Int
    /// Whether the likelihood rises, ever more slowly, without end, as where all leave with the same chance: then the
    /// parameters are held back by a trace of a prior, and mean little by themselves.
    public let isHeld: Bool

    /// Fits by maximum likelihood over the logarithms of the parameters, from several starts.
    ///
    /// Time is scaled so that the mean age is of the order of 30, whatever its unit.
    ///
    /// - Returns: nil where nothing can be fitted, as where nobody bought again.
    public init?(_ kind: BuyingModel.Kind, _ sample: BuyingSample) {
        guard sample.count > 0, sample.repeatPurchases > 0, sample.meanAge > 0 else { return nil }
        let factor = sample.meanAge / 30
        let scaled = sample.dividingTime(by: factor)
        let likelihood = BuyingLikelihood(kind, scaled)
        let starts: [[Double]] = [
            [1, 3, 1, 3], [0.25, 4, 0.8, 2.5], [0.5, 8, 0.3, 5], [2, 12, 0.1, 4],
        ]
        let logarithms = starts.map { $0.map { Double.log($0) } }
        let maximum = Minimizer().minimize(likelihood.negativeMean, from: logarithms)
        isHeld = maximum == nil
        guard
            let minimum = maximum
                ?? Minimizer().minimize(
                    { Self.held(likelihood.negativeMean($0), at: $0) }, from: logarithms),
            let variances = minimum.curvature.inverseDiagonal
        else { return nil }
        let parameters = minimum.point.map { Double.exp($0) }
        let model = BuyingModel(
            kind, r: parameters[0], alpha: parameters[1] * factor, a: parameters[2], b: parameters[3])
        self.model = model
        logLikelihood = model.logLikelihood(sample)
        let natural = [model.r, model.alpha, model.a, model.b]
        standardErrors = zip(natural, variances).map { $0 * ($1 / Double(sample.count)).squareRoot() }
        count = sample.count
    }

    /// A mean with a trace of a prior on the logarithms: a thousandth of a customer's weight in a thousand.
    private static func held(
        _ mean: (value: Double, gradient: [Double]), at point: [Double]
    ) -> (value: Double, gradient: [Double]) {
        let weight = 1e-6
        return (
            mean.value + weight * point.reduce(0) { $0 + $1 * $1 },
            zip(mean.gradient, point).map { $0 + 2 * weight * $1 }
        )
    }
}

/// The likelihood of a sample with its gradient, as a function of the logarithms of r, alpha, a and b.
struct BuyingLikelihood {
    private let kind: BuyingModel.Kind
    private let sample: BuyingSample

    init(_ kind: BuyingModel.Kind, _ sample: BuyingSample) {
        self.kind = kind
        self.sample = sample
    }

    /// What a history adds that depends on x alone.
    private struct Shared {
        var value: Double
        var byR: Double
        var byA: Double
        var byB: Double
        /// ln(a / (survivals − 1)), or −∞ where the customer cannot have left.
        var logLeft: Double
        /// 1 / (survivals − 1), or 0.
        var inverse: Double
        /// r + x.
        var shape: Double
    }

    /// −(ln L) / n and its gradient.
    func negativeMean(_ point: [Double]) -> (value: Double, gradient: [Double]) {
        let parameters = point.map { Double.exp($0) }
        let (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3])
        let logAlpha = point[1]
        var value = 0.0
        var gradient = (r: 0.0, alpha: 0.0, a: 0.0, b: 0.0)
        var repeats = -1
        var shared = Shared(value: 0, byR: 0, byA: 0, byB: 0, logLeft: 0, inverse: 0, shape: 0)
        for group in sample.groups {
            if group.history.repeats != repeats {
                repeats = group.history.repeats
                shared = self.shared(repeats, r, a, b)
            }
            let weight = Double(group.count)
            let atAge = alpha + group.history.age
            let atLast = alpha + group.history.last
            let logAge = Double.log(atAge)
            let logLast = Double.log(atLast)
            let stayed = -shared.shape * logAge
            var alive = 1.0
            var sum = stayed
            if shared.inverse > 0 {
                let odds = shared.logLeft - shared.shape * logLast - stayed
                alive = 1 / (1 + Double.exp(odds))
                sum = stayed + (odds > 30 ? odds : Double.log(onePlus: Double.exp(odds)))
            }
            let left = 1 - alive
            value += weight * (shared.value + r * logAlpha + sum)
            gradient.r += weight * (shared.byR + logAlpha - alive * logAge - left * logLast)
            gradient.alpha += weight * (r / alpha - shared.shape * (alive / atAge + left / atLast))
            gradient.a += weight * (shared.byA + left / a)
            gradient.b += weight * (shared.byB - left * shared.inverse)
        }
        let scale = -1 / Double(sample.count)
        return (
            value * scale,
            [
                gradient.r * r * scale, gradient.alpha * alpha * scale, gradient.a * a * scale,
                gradient.b * b * scale,
            ]
        )
    }

    private func shared(_ repeats: Int, _ r: Double, _ a: Double, _ b: Double) -> Shared {
        let x = Double(repeats)
        let survivals = b + x + (kind == .mbgnbd ? 1 : 0)
        let canHaveLeft = kind == .mbgnbd || repeats > 0
        let together = Digamma.value(a + b) - Digamma.value(a + survivals)
        return Shared(
            value: Double.logGamma(r + x) - Double.logGamma(r) + LogArithmetic.beta(a, survivals)
                - LogArithmetic.beta(a, b),
            byR: Digamma.value(r + x) - Digamma.value(r), byA: together,
            byB: together + Digamma.value(survivals) - Digamma.value(b),
            logLeft: canHaveLeft ? Double.log(a / (survivals - 1)) : -.infinity,
            inverse: canHaveLeft ? 1 / (survivals - 1) : 0, shape: r + x)
    }
}
