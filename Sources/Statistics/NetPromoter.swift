import Numerics

/// The answers to "how likely are you to recommend us", 0 to 10, counted by class.
public struct NetPromoter: Sendable, Equatable {
    /// Answers of 9 and 10.
    public let promoters: Int
    /// Answers of 7 and 8.
    public let passives: Int
    /// Answers of 0 to 6.
    public let detractors: Int

    /// Counted answers, at least one.
    public init(promoters: Int, passives: Int, detractors: Int) {
        precondition(promoters >= 0 && passives >= 0 && detractors >= 0, "counts are not negative")
        precondition(promoters + passives + detractors > 0, "a score needs an answer")
        self.promoters = promoters
        self.passives = passives
        self.detractors = detractors
    }

    /// How many answers there are.
    public var count: Int { promoters + passives + detractors }

    /// The plain score in points, −100 to 100.
    public var score: Double { 100 * Double(promoters - detractors) / Double(count) }

    /// The variance of one answer that scores −1, 0 or 1.
    public var variance: Double {
        let p = Double(promoters) / Double(count)
        let d = Double(detractors) / Double(count)
        return p + d - (p - d) * (p - d)
    }

    /// The standard error of the plain score in points.
    public var standardError: Double { 100 * (variance / Double(count)).squareRoot() }

    /// The adjusted Wald interval in points, clipped to ±100: three answers more, three quarters of one of them
    /// a promoter and as much a detractor (Rocks 2016).
    public func adjustedWald(confidence: Double = 0.95) -> Interval {
        let n = Double(count + 3)
        let p = (Double(promoters) + 0.75) / n
        let d = (Double(detractors) + 0.75) / n
        let margin =
            Interval.z(confidence: confidence) * ((p + d - (p - d) * (p - d)) / n).squareRoot()
        return Interval(
            low: max(-100, 100 * (p - d - margin)),
            high: min(100, 100 * (p - d + margin)))
    }

    /// The z of the difference of two plain scores. Nil where neither varies.
    public static func z(_ first: NetPromoter, _ second: NetPromoter) -> Double? {
        let error = differenceError(first, second)
        return error > 0 ? (first.score - second.score) / error : nil
    }

    /// The standard error of the difference of two plain scores, in points.
    public static func differenceError(_ first: NetPromoter, _ second: NetPromoter) -> Double {
        let errors = (first.standardError, second.standardError)
        return (errors.0 * errors.0 + errors.1 * errors.1).squareRoot()
    }
}
