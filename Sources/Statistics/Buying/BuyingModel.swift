import Numerics

/// A customer buys by a Poisson process, whose rate is gamma distributed over customers, and leaves with a chance
/// that is beta distributed: BG/NBD (Fader, Hardie and Lee 2005) and MBG/NBD (Batislam, Denizel and Filiztekin
/// 2007), as in DOMAIN.md sections 5.2 and 5.3.
public struct BuyingModel: Sendable, Equatable {
    /// When a customer may leave.
    public enum Kind: String, Sendable, CaseIterable {
        /// BG/NBD: after each repeat purchase.
        case bgnbd
        /// MBG/NBD: after each purchase, the first among them.
        case mbgnbd
    }

    /// Which model it is.
    public let kind: Kind
    /// The shape of the rates.
    public let r: Double
    /// The scale of the rates, in units of time.
    public let alpha: Double
    /// The first parameter of the chances to leave.
    public let a: Double
    /// The second parameter of the chances to leave.
    public let b: Double

    /// A model. Traps unless all parameters are positive.
    public init(_ kind: Kind, r: Double, alpha: Double, a: Double, b: Double) {
        precondition(
            [r, alpha, a, b].allSatisfy { $0 > 0 && $0.isFinite }, "\(kind) with \(r), \(alpha), \(a), \(b)")
        self.kind = kind
        self.r = r
        self.alpha = alpha
        self.a = a
        self.b = b
    }

    /// The probability that the customer has not left. With BG/NBD it is 1 for all who bought once: show it, and
    /// rank by it, from MBG/NBD only.
    public func probabilityAlive(_ history: BuyingHistory) -> Double {
        guard canHaveLeft(history) else { return 1 }
        let x = Double(history.repeats)
        let odds =
            Double.log(a / (survivals(history) - 1))
            + (r + x) * (Double.log(alpha + history.age) - Double.log(alpha + history.last))
        return 1 / (1 + Double.exp(odds))
    }

    /// The probability of at least one purchase in the next `time`.
    public func probabilityActive(_ history: BuyingHistory, within time: Double) -> Double {
        let exponent = (r + Double(history.repeats)) * Double.log(onePlus: time / (alpha + history.age))
        return -probabilityAlive(history) * Double.expMinusOne(-exponent)
    }

    /// How many purchases are expected in the next `time`.
    public func expectedPurchases(_ history: BuyingHistory, within time: Double) -> Double {
        BuyingForecast(self, history).purchases(within: time)
    }

    /// How many repeat purchases are expected of anybody in the first `time` after the first purchase.
    public func expectedRepeats(within time: Double) -> Double {
        expectedPurchases(BuyingHistory(repeats: 0, last: 0, age: 0), within: time)
    }

    /// The logarithm of the likelihood of one history.
    public func logLikelihood(_ history: BuyingHistory) -> Double {
        let x = Double(history.repeats)
        let survivals = survivals(history)
        let stayed = -(r + x) * Double.log(alpha + history.age)
        let left = Double.log(a / (survivals - 1)) - (r + x) * Double.log(alpha + history.last)
        return Double.logGamma(r + x) - Double.logGamma(r) + r * Double.log(alpha)
            + LogArithmetic.beta(a, survivals) - LogArithmetic.beta(a, b)
            + (canHaveLeft(history) ? LogArithmetic.sum(stayed, left) : stayed)
    }

    /// The logarithm of the likelihood of a sample.
    public func logLikelihood(_ sample: BuyingSample) -> Double {
        sample.groups.reduce(0) { $0 + Double($1.count) * logLikelihood($1.history) }
    }

    /// The second parameter of the chance to leave after a history: b, and one for every time that the customer
    /// could have left and did not.
    func survivals(_ history: BuyingHistory) -> Double {
        b + Double(history.repeats) + (kind == .mbgnbd ? 1 : 0)
    }

    private func canHaveLeft(_ history: BuyingHistory) -> Bool {
        kind == .mbgnbd || history.repeats > 0
    }
}
