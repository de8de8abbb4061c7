import Numerics

/// How many purchases are expected of one customer, for any stretch of time ahead.
///
/// The integral of DOMAIN.md section 5.2 by double-exponential quadrature (section 22): no hypergeometric function,
/// no singularity at a = 1. What does not depend on the stretch is computed once.
public struct BuyingForecast: Sendable {
    private struct Node {
        /// ln p, ln(1 − p) and p itself, 0 where it is too small for a number.
        let logP: Double
        let logComplement: Double
        let p: Double
        /// The width that the node stands for, over p (1 − p).
        let width: Double
    }

    private let alive: Double
    /// r + x.
    private let shape: Double
    /// alpha + T.
    private let scale: Double
    /// The nodes that weigh anything: p with its weight.
    private var points: [(p: Double, weight: Double)] = []

    /// A forecast.
    public init(_ model: BuyingModel, _ history: BuyingHistory) {
        alive = model.probabilityAlive(history)
        shape = model.r + Double(history.repeats)
        scale = model.alpha + history.age
        let a = model.a
        let b = model.survivals(history)
        let logBeta = LogArithmetic.beta(a, b)
        points.reserveCapacity(Self.nodes.count)
        for node in Self.nodes {
            let logWeight = a * node.logP + b * node.logComplement - logBeta
            // e⁻⁶⁰ of the whole is below the last digit of any sum.
            if logWeight > -60 { points.append((node.p, node.width * Double.exp(logWeight))) }
        }
    }

    /// The purchases expected in the next `time`.
    public func purchases(within time: Double) -> Double {
        let rate = time / scale
        var sum = 0.0
        for (p, weight) in points {
            // (1 − (A / (A + p t))^(r+x)) / p, and its limit where p is nothing.
            let expected =
                p < 1e-280 ? shape * rate : -Double.expMinusOne(-shape * Double.log(onePlus: p * rate)) / p
            sum += weight * expected
        }
        return alive * sum
    }

    /// The purchases expected in `periods` periods of `length`, each discounted by (1 + rate) a period, and the
    /// sum without discount.
    ///
    /// Between the periods' ends the expectation is interpolated in the logarithm of time, where it is analytic
    /// (Chebyshev nodes, barycentric): the error is below 1e-10 of the value.
    public func discountedPurchases(
        periods: Int, length: Double, rate: Double
    ) -> (discounted: Double, total: Double) {
        precondition(periods > 0 && length > 0 && rate > -1, "\(periods) periods of \(length) at \(rate)")
        let end = Double(periods) * length
        let curve = periods <= Self.interpolationNodes ? nil : interpolation(until: end)
        var discounted = 0.0
        var before = 0.0
        for period in 1...periods {
            let time = Double(period) * length
            let expected = curve.map { $0(time) } ?? purchases(within: time)
            discounted += (expected - before) * Double.exp(-Double(period) * Double.log(onePlus: rate))
            before = expected
        }
        return (discounted, before)
    }

    private static let interpolationNodes = 20

    private func interpolation(until end: Double) -> (Double) -> Double {
        let count = Self.interpolationNodes
        let width = Double.log(onePlus: end / scale)
        var places: [Double] = []
        var values: [Double] = []
        var weights: [Double] = []
        for index in 0..<count {
            let angle = Double.pi * Double(index) / Double(count - 1)
            let place = width * (1 - Double.cos(angle)) / 2
            places.append(place)
            values.append(purchases(within: index == 0 ? 0 : scale * Double.expMinusOne(place)))
            let sign: Double = index.isMultiple(of: 2) ? 1 : -1
            weights.append(index == 0 || index == count - 1 ? sign / 2 : sign)
        }
        return { [scale] time in
            let place = Double.log(onePlus: time / scale)
            var above = 0.0
            var below = 0.0
            for index in 0..<count {
                let distance = place - places[index]
                if distance == 0 { return values[index] }
                above += weights[index] / distance * values[index]
                below += weights[index] / distance
            }
            return above / below
        }
    }

    /// p = 1 / (1 + e^(−π sinh s)), s from −8.5 to 8.5 in steps of 1/16.
    private static let nodes: [Node] = (-136...136).map { index in
        let s = Double(index) / 16
        let exponent = Double.pi * Double.sinh(s)
        let logP = -LogArithmetic.sum(0, -exponent)
        return Node(
            logP: logP, logComplement: -LogArithmetic.sum(0, exponent), p: Double.exp(logP),
            width: Double.pi * Double.cosh(s) / 16)
    }
}
