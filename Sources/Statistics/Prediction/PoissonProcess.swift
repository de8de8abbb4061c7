import Numerics

/// Events that come at a steady rate: what the simplest forecast assumes.
public enum PoissonProcess {
    /// The probability that none comes where so many are expected.
    public static func probabilityOfNone(expected: Double) -> Double {
        Double.exp(-expected)
    }
}
