import Numerics

/// The standard normal distribution.
public enum NormalDistribution {
    /// The probability of a value up to `z`.
    public static func cumulative(_ z: Double) -> Double {
        Double.erfc(-z / 2.0.squareRoot()) / 2
    }

    /// The value that is not exceeded with probability `p`, 0 < p < 1, to about 1e-15 of its size.
    ///
    /// A rational start (Abramowitz and Stegun 26.2.23, right to 4.5e-4), then Halley steps on the upper tail, so
    /// that nothing cancels.
    public static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile is asked at \(p), not between 0 and 1")
        if p > 0.5 { return -lower(1 - p) }
        return lower(p)
    }

    private static func lower(_ p: Double) -> Double {
        let t = (-2 * Double.log(p)).squareRoot()
        let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
        let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var z = numerator / denominator - t
        for _ in 0..<3 {
            let density = Double.exp(-z * z / 2) / (2 * Double.pi).squareRoot()
            let step = (cumulative(z) - p) / density
            z -= step / (1 + z * step / 2)
        }
        return z
    }
}
