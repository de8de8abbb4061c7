import Numerics

/// A product of factors, each to the power of its weight: with weights that sum to 1 a geometric mean.
///
/// Unlike a sum it does not let one high factor make up for one near zero.
public enum WeightedProduct {
    /// The product of factor ^ weight. Factors must be positive.
    public static func of(_ factors: [(value: Double, weight: Double)]) -> Double {
        Double.exp(factors.reduce(0) { $0 + $1.weight * Double.log($1.value) })
    }
}
