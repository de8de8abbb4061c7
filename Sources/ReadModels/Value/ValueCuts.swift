/// The tiers by share of value, and the grades: DOMAIN.md 4.1 and 4.4, as the values at which they begin.
public struct ValueCuts: Codable, Sendable, Equatable {
    /// The tiers.
    public enum Tier: String, Sendable, CaseIterable {
        case a = "A"
        case b = "B"
        case c = "C"
        case none
    }

    /// The least value of tier A, or nil where nobody has value.
    public let tierA: Int64?
    /// The least value of tier B.
    public let tierB: Int64?
    /// The least value of grade A.
    public let gradeA: Int64?
    /// The greatest value of grade C.
    public let gradeC: Int64?
    /// The stars, 1 to 5.
    public let stars: RankCuts
    /// How many customers have value.
    public let count: Int
    /// What they have together, in minor units.
    public let total: Int64

    /// Shares of the whole, in millionths.
    struct Shares: Sendable {
        var a: Int64
        var b: Int64
        var top: Int64
        var bottom: Int64
    }

    /// The cuts of the positive values of a population, sorted ascending.
    init(positive values: [Int64], shares: Shares) {
        stars = RankCuts(ascending: values)
        count = values.count
        let total = values.reduce(into: Int128(0)) { $0 += Int128($1) }
        self.total = Int64(clamping: total)
        guard !values.isEmpty else {
            (tierA, tierB, gradeA, gradeC) = (nil, nil, nil, nil)
            return
        }
        tierA = Self.least(of: values, total: total, share: shares.a)
        tierB = Self.least(of: values, total: total, share: shares.b)
        // As many as the share may be strictly higher or lower, one less than its ceiling.
        let n = Int128(values.count)
        let higher = Int((n * Int128(shares.top) + 999_999) / 1_000_000)
        let lower = Int((n * Int128(shares.bottom) + 999_999) / 1_000_000)
        gradeA = higher > 0 ? values[values.count - higher] : nil
        gradeC = lower > 0 ? values[lower - 1] : nil
    }

    /// The least value of which strictly higher ones hold less than `share` of the total. Ties share a tier, so
    /// the one that crosses the line is in.
    private static func least(of ascending: [Int64], total: Int128, share: Int64) -> Int64? {
        var higher: Int128 = 0
        var least: Int64?
        var index = ascending.count - 1
        while index >= 0, higher * 1_000_000 < Int128(share) * total {
            let value = ascending[index]
            least = value
            while index >= 0, ascending[index] == value {
                higher += Int128(value)
                index -= 1
            }
        }
        return least
    }

    /// The tier of a value.
    func tier(_ value: Int64) -> Tier {
        guard value > 0 else { return .none }
        if let tierA, value >= tierA { return .a }
        if let tierB, value >= tierB { return .b }
        return .c
    }

    /// The grade of a value, nil where it is not positive.
    func grade(_ value: Int64) -> String? {
        guard value > 0 else { return nil }
        if let gradeA, value >= gradeA { return "A" }
        if let gradeC, value <= gradeC { return "C" }
        return "B"
    }
}
