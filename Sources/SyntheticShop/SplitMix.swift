#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A small, fast, repeatable generator of random numbers (SplitMix64, Steele, Lea and Flood 2014), and the few
/// distributions that a shop needs. Its whole state is one word, so that every customer can have one.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A generator of its own for one of many, unlike its neighbours'.
    init(seed: UInt64, stream: UInt64) {
        var mixer = SplitMix(seed: seed ^ (stream &* 0xD134_2543_DE82_EF95))
        _ = mixer.next()
        state = mixer.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// From 0 up to, not including, 1.
    mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// True with this probability.
    mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// A whole number below the limit.
    mutating func below(_ limit: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }

    /// A whole number of the range.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// One of the values.
    mutating func one<Value>(of values: [Value]) -> Value {
        values[below(values.count)]
    }

    /// Exponential with this mean.
    mutating func exponential(mean: Double) -> Double {
        -log(1 - unit()) * mean
    }

    /// Standard normal (Box and Muller 1958; the second value is not kept).
    mutating func normal() -> Double {
        (-2 * log(1 - unit())).squareRoot() * cos(2 * Double.pi * unit())
    }

    /// Log-normal with this median and this spread of the logarithm.
    mutating func logNormal(median: Double, sigma: Double) -> Double {
        median * exp(sigma * normal())
    }

    /// Gamma with this shape and mean (Marsaglia and Tsang 2000).
    mutating func gamma(shape: Double, mean: Double) -> Double {
        if shape < 1 {
            let boost = pow(1 - unit(), 1 / shape)
            return gamma(shape: shape + 1, mean: shape + 1) * boost * mean / shape
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
            guard v > 0 else { continue }
            if log(1 - unit()) < x * x / 2 + d - d * v + d * log(v) { return d * v * mean / shape }
        }
    }
}
