import Numerics

/// ψ, the derivative of ln Γ.
enum Digamma {
    /// ψ(x) for x > 0, to about 1e-15 of its size.
    ///
    /// The recurrence ψ(x) = ψ(x + 1) − 1/x up to 10, then the asymptotic series of DLMF 5.11.2.
    static func value(_ x: Double) -> Double {
        var x = x
        var result = 0.0
        while x < 10 {
            result -= 1 / x
            x += 1
        }
        let square = 1 / (x * x)
        var series = 0.0
        for coefficient in coefficients.reversed() {
            series = square * (coefficient + series)
        }
        return result + Double.log(x) - 0.5 / x - series
    }

    /// Bernoulli's numbers B₂ₖ / 2k.
    private static let coefficients: [Double] = [
        1 / 12.0, -1 / 120.0, 1 / 252.0, -1 / 240.0, 1 / 132.0, -691 / 32_760.0, 1 / 12.0,
    ]
}
