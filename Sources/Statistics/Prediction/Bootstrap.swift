/// How much a figure would vary with other customers of the same kind: samples drawn from those that there are,
/// with replacement (Efron 1979).
public struct Bootstrap: Sendable {
    /// How many samples are drawn.
    public let samples: Int
    /// Where the numbers begin: the same seed gives the same answer for ever.
    public let seed: UInt64

    /// A bootstrap of at least 20 samples.
    public init(samples: Int = 1_000, seed: UInt64) {
        precondition(samples >= 20, "\(samples) samples tell no interval")
        self.samples = samples
        self.seed = seed
    }

    /// The percentile interval of a statistic of `count` observations.
    ///
    /// - Parameter statistic: the figure of the observations at these places, or nil where such a sample has none.
    /// - Returns: nil where fewer than half of the samples have a figure.
    public func interval(
        count: Int, confidence: Double = 0.95, _ statistic: (_ places: [Int]) -> Double?
    ) -> Interval? {
        intervals(count: count, confidence: confidence, statistics: 1) { [statistic($0)] }[0]
    }

    /// The percentile intervals of several statistics, all of the same samples.
    ///
    /// - Parameter figures: so many figures of the observations at these places, each nil where the sample has none.
    /// - Returns: one for each, nil where fewer than half of the samples have that figure.
    public func intervals(
        count: Int, confidence: Double = 0.95, statistics: Int, _ figures: (_ places: [Int]) -> [Double?]
    ) -> [Interval?] {
        var values = [[Double]](repeating: [], count: statistics)
        guard count > 0 else { return values.map { _ in nil } }
        var generator = SplitMixGenerator(seed: seed)
        var places = [Int](repeating: 0, count: count)
        for _ in 0..<samples {
            for place in places.indices { places[place] = Int(generator.next(below: UInt64(count))) }
            for (statistic, value) in figures(places).enumerated() {
                if let value { values[statistic].append(value) }
            }
        }
        return values.map { interval(of: $0.sorted(), confidence) }
    }

    private func interval(of values: [Double], _ confidence: Double) -> Interval? {
        guard values.count * 2 >= samples,
            let low = SampleQuantile.interpolated((1 - confidence) / 2, ofSorted: values),
            let high = SampleQuantile.interpolated((1 + confidence) / 2, ofSorted: values)
        else { return nil }
        return Interval(low: low, high: high)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): numbers that are the same everywhere and for ever.
struct SplitMixGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// From 0 up to, not including, `bound`: the high word of a product, whose bias is below bound / 2⁶⁴.
    mutating func next(below bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }
}
