import Numerics

/// Probabilities on the scale of log odds.
public enum LogOdds {
    /// ln(p / (1 − p)).
    public static func of(_ probability: Double) -> Double {
        Double.log(probability) - Double.log(onePlus: -probability)
    }

    /// The probability with these log odds.
    public static func probability(_ logOdds: Double) -> Double {
        logOdds >= 0 ? 1 / (1 + Double.exp(-logOdds)) : Double.exp(logOdds) / (1 + Double.exp(logOdds))
    }
}

/// 1 − e^(−count / mean): how far a count is towards "many", 0 to 1. 0 where the mean is 0.
public func saturation(count: Double, mean: Double) -> Double {
    mean > 0 ? -Double.expMinusOne(-count / mean) : 0
}
