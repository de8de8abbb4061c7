import Numerics

/// Student's t distribution.
public enum StudentDistribution {
    /// The probability of a value up to `t` with so many degrees of freedom (any positive number).
    public static func cumulative(_ t: Double, degreesOfFreedom: Double) -> Double {
        let tail = upperTail(abs(t), degreesOfFreedom)
        return t > 0 ? 1 - tail : tail
    }

    /// The value that is not exceeded with probability `p`, 0 < p < 1, to about 1e-12 of its size.
    ///
    /// Newton steps on the tail, kept inside a bracket that every step narrows.
    public static func quantile(_ p: Double, degreesOfFreedom: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile is asked at \(p), not between 0 and 1")
        precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
        if p == 0.5 { return 0 }
        let tail = min(p, 1 - p)
        var low = 0.0
        var high = 1.0
        while upperTail(high, degreesOfFreedom) > tail {
            low = high
            high *= 2
        }
        var t = (low + high) / 2
        for _ in 0..<200 {
            let excess = upperTail(t, degreesOfFreedom) - tail
            if excess > 0 { low = t } else { high = t }
            var next = t + excess / density(t, degreesOfFreedom)
            if !(next > low && next < high) { next = (low + high) / 2 }
            if abs(next - t) <= 1e-15 * next {
                t = next
                break
            }
            t = next
        }
        return p < 0.5 ? -t : t
    }

    private static func density(_ t: Double, _ degrees: Double) -> Double {
        let constant = LogGamma.halfStep(degrees / 2) - Double.log(degrees * Double.pi) / 2
        return Double.exp(constant - (degrees + 1) / 2 * Double.log(onePlus: t * t / degrees))
    }

    private static func upperTail(_ t: Double, _ degrees: Double) -> Double {
        // The share nearer to 0 is computed, and with it the complement that `x` alone would have lost.
        let x = degrees / (degrees + t * t)
        let complement = t * t / (degrees + t * t)
        return IncompleteBeta.withHalf(x, complement: complement, a: degrees / 2) / 2
    }
}

/// Differences of ln Γ that would cancel.
enum LogGamma {
    /// ln Γ(a + 1/2) − ln Γ(a). From a = 100 on by its asymptotic series, since the two logarithms grow like
    /// a ln a and leave no digits to their difference.
    static func halfStep(_ a: Double) -> Double {
        if a < 100 { return Double.logGamma(a + 0.5) - Double.logGamma(a) }
        let square = 1 / (a * a)
        return Double.log(a) / 2 + (-1 / 8.0 + square * (1 / 192.0 - square / 640)) / a
    }
}

/// The incomplete beta function. Continued fraction of DLMF 8.17.22.
enum IncompleteBeta {
    /// I_x(a, b), with `complement` = 1 - x given apart to keep its digits.
    static func regularised(_ x: Double, complement: Double, a: Double, b: Double) -> Double {
        if x <= 0 { return 0 }
        if complement <= 0 { return 1 }
        let logBeta = LogArithmetic.beta(a, b)
        if x > (a + 1) / (a + b + 2) {
            return 1 - fraction(complement, x, b, a, logBeta)
        }
        return fraction(x, complement, a, b, logBeta)
    }

    /// I_x(a, 1/2), as Student's distribution needs it: with many degrees of freedom the logarithms would cancel.
    static func withHalf(_ x: Double, complement: Double, a: Double) -> Double {
        if x <= 0 { return 0 }
        if complement <= 0 { return 1 }
        let logBeta = Double.log(Double.pi) / 2 - LogGamma.halfStep(a)
        if x > (a + 1) / (a + 2.5) {
            return 1 - fraction(complement, x, 0.5, a, logBeta)
        }
        return fraction(x, complement, a, 0.5, logBeta)
    }

    private static func fraction(
        _ x: Double, _ complement: Double, _ a: Double, _ b: Double, _ logBeta: Double
    ) -> Double {
        // Whichever is nearer to 1 is taken by its distance from 1.
        let logX = x > 0.5 ? Double.log(onePlus: -complement) : Double.log(x)
        let logComplement = complement > 0.5 ? Double.log(onePlus: -x) : Double.log(complement)
        let logarithm = a * logX + b * logComplement - logBeta
        let tiny = 1e-300
        var value = 1.0
        var numerator = 1.0
        var denominator = 0.0
        // Lentz's method.
        for term in 0..<10_000 {
            let m = Double(term / 2)
            let coefficient: Double
            if term == 0 {
                coefficient = 1
            } else if term.isMultiple(of: 2) {
                coefficient = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            } else {
                coefficient = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            }
            denominator = 1 + coefficient * denominator
            if abs(denominator) < tiny { denominator = tiny }
            denominator = 1 / denominator
            numerator = 1 + coefficient / numerator
            if abs(numerator) < tiny { numerator = tiny }
            value *= numerator * denominator
            if abs(1 - numerator * denominator) < 1e-16 { break }
        }
        return Double.exp(logarithm) * (value - 1) / a
    }
}
