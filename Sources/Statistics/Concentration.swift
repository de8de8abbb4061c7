import Numerics

/// How unevenly a quantity lies on its holders. Values are not negative: clamp before, and report what was clamped.
///
/// Everything is computed over the sorted values, so that the order in which holders come does not matter.
public struct Concentration: Sendable {
    private let ascending: [Int64]
    /// The sum of the values.
    public let total: Double

    /// The concentration of values that are not negative. Traps on a negative one.
    public init(_ values: some Sequence<Int64>) {
        self.init(ascending: values.sorted())
    }

    /// The same for values that are sorted already.
    public init(ascending values: [Int64]) {
        precondition(values.first.map { $0 >= 0 } ?? true, "concentration is undefined with negative values")
        ascending = values
        total = Double(values.reduce(into: Int128(0)) { $0 += Int128($1) })
    }

    /// How many holders there are.
    public var count: Int { ascending.count }

    /// Gini's coefficient, 0 to 1 − 1/n. Nil where nothing is held.
    public var gini: Double? {
        guard total > 0 else { return nil }
        let n = Int128(count)
        var weighted: Int128 = 0
        var sum: Int128 = 0
        for (index, value) in ascending.enumerated() {
            weighted += Int128(index + 1) * Int128(value)
            sum += Int128(value)
        }
        // 2 Σ i v / (n Σ v) − (n + 1) / n, over one denominator: integers as far as they go.
        return Double(2 * weighted - (n + 1) * sum) / Double(n * sum)
    }

    /// Gini's coefficient times n / (n − 1). Nil below two holders.
    public var unbiasedGini: Double? {
        guard count > 1, let gini else { return nil }
        return gini * Double(count) / Double(count - 1)
    }

    /// Herfindahl and Hirschman's index, 1/n to 1. Nil where nothing is held.
    public var herfindahl: Double? {
        guard total > 0 else { return nil }
        return ascending.reduce(0.0) { sum, value in
            let share = Double(value) / total
            return sum + share * share
        }
    }

    /// The same from 0 to 1, whatever n. Nil below two holders.
    public var normalisedHerfindahl: Double? {
        guard count > 1, let herfindahl else { return nil }
        let least = 1 / Double(count)
        return (herfindahl - least) / (1 - least)
    }

    /// The number of equal holders that would be as concentrated.
    public var effectiveCount: Double? { herfindahl.map { 1 / $0 } }

    /// The share of the ⌈part · n⌉ largest holders.
    public func topShare(_ part: Double) -> Double? {
        guard total > 0 else { return nil }
        // 0.2 · 5 is a hair above 1 in binary: a count that is whole but for rounding is whole.
        let holders = part * Double(count)
        let nearest = holders.rounded()
        let whole = abs(holders - nearest) < 1e-9 ? nearest : holders.rounded(.up)
        return Double(sum(ofLargest: Int(whole))) / total
    }

    /// The share of the largest `part` of holders, interpolated on the Lorenz curve.
    public func interpolatedTopShare(_ part: Double) -> Double? {
        guard total > 0 else { return nil }
        let holders = part * Double(count)
        let whole = Int(holders.rounded(.down))
        guard whole < count else { return 1 }
        let next = Double(ascending[count - 1 - whole])
        return (Double(sum(ofLargest: whole)) + (holders - Double(whole)) * next) / total
    }

    /// The largest holder's share.
    public var largestShare: Double? {
        guard total > 0, let largest = ascending.last else { return nil }
        return Double(largest) / total
    }

    /// How many of the largest holders reach `percent` of the total.
    public func holders(forPercent percent: Int) -> Int? {
        guard total > 0 else { return nil }
        let goal = sum(ofLargest: count) * Int128(percent)
        var sum: Int128 = 0
        for (index, value) in ascending.reversed().enumerated() {
            sum += Int128(value)
            if sum * 100 >= goal { return index + 1 }
        }
        return count
    }

    /// Shannon's entropy of the shares, in nats.
    public var entropy: Double? {
        guard total > 0 else { return nil }
        return Evenness.entropy(shares: ascending.lazy.map { Double($0) / self.total })
    }

    /// Entropy over its largest value, ln n: 1 where all hold the same. Nil below two holders.
    public var entropyEvenness: Double? {
        guard count > 1, let entropy else { return nil }
        return entropy / Double.log(Double(count))
    }

    /// Points of the Lorenz curve: the share that the smallest part of the holders has, in `points` equal steps
    /// from 0 to 1. Empty where nothing is held.
    public func lorenzCurve(points: Int) -> [(holders: Double, share: Double)] {
        precondition(points > 0, "a curve of \(points) steps")
        guard total > 0 else { return [] }
        var sums: [Int128] = [0]
        for value in ascending { sums.append((sums.last ?? 0) + Int128(value)) }
        let all = Double(sums[count])
        return (0...points).map { step in
            let (whole, rest) = (step * count).quotientAndRemainder(dividingBy: points)
            let part = rest == 0 ? 0 : Double(ascending[whole]) * Double(rest) / Double(points)
            return (Double(step) / Double(points), (Double(sums[whole]) + part) / all)
        }
    }

    private func sum(ofLargest holders: Int) -> Int128 {
        ascending.suffix(holders).reduce(into: Int128(0)) { $0 += Int128($1) }
    }
}

/// How evenly shares are spread over classes.
public enum Evenness {
    /// Shannon's entropy in nats; shares of 0 add nothing.
    public static func entropy(shares: some Sequence<Double>) -> Double {
        -shares.reduce(0.0) { $1 > 0 ? $0 + $1 * Double.log($1) : $0 }
    }

    /// Entropy over its largest value, ln of the number of classes offered: 0 to 1. 0 for one class.
    public static func evenness(shares: some Sequence<Double>, classes: Int) -> Double {
        guard classes > 1 else { return 0 }
        return entropy(shares: shares) / Double.log(Double(classes))
    }
}
