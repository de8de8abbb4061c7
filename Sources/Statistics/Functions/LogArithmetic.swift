import Numerics

/// Sums and products that are held as logarithms.
///
/// ln Γ is that of swift-numerics, which calls `lgamma_r`: nothing global is written, so that threads may share it.
enum LogArithmetic {
    /// ln B(a, b).
    static func beta(_ a: Double, _ b: Double) -> Double {
        Double.logGamma(a) + Double.logGamma(b) - Double.logGamma(a + b)
    }

    /// ln(e^x + e^y) without overflow.
    static func sum(_ x: Double, _ y: Double) -> Double {
        let larger = max(x, y)
        guard larger > -.infinity else { return larger }
        return larger + Double.log(onePlus: Double.exp(min(x, y) - larger))
    }
}
