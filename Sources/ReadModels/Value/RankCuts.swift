/// The values at which a rank-min score rises: score = 1 + ⌊5 · (number strictly smaller) / n⌋, DOMAIN.md section 3.
///
/// Whoever's value is known needs nothing more of the population than these four numbers.
public struct RankCuts: Codable, Sendable, Equatable {
    /// Score k + 2 and better begins above `cuts[k]`. Empty for an empty population.
    public let cuts: [Int64]

    /// The cuts of a population's values, sorted ascending.
    ///
    /// The score of v is at least s exactly if 5 · smaller(v) ≥ (s − 1) · n, that is, if at least
    /// c = ⌈(s − 1) n / 5⌉ values are smaller than v, that is, if v is above the c-th smallest.
    public init(ascending values: [Int64]) {
        cuts = values.isEmpty ? [] : (1...4).map { values[($0 * values.count + 4) / 5 - 1] }
    }

    /// The cuts of values that are given by how often each occurs, ascending by value.
    init(counted values: some Sequence<(value: Int64, count: Int)>, total: Int) {
        var cuts: [Int64] = []
        var below = 0
        for (value, count) in values {
            below += count
            while cuts.count < 4, (cuts.count + 1) * total <= below * 5 {
                cuts.append(value)
            }
        }
        self.cuts = cuts
    }

    /// The score of a value, 1 to 5.
    public func score(_ value: Int64) -> Int {
        var score = 1
        for cut in cuts where value > cut {
            score += 1
        }
        return score
    }
}

/// The eleven groups of DOMAIN.md section 3, by recency and by frequency and money together.
public enum CustomerGroup: String, Sendable, CaseIterable {
    case champions
    case loyal
    case active
    case new
    case promising
    case needsAttention = "needs_attention"
    case previouslyLoyal = "previously_loyal"
    case atRisk = "at_risk"
    case almostLost = "almost_lost"
    case dormant
    case prospect

    /// The group of a customer with purchases, by scores of 1 to 5.
    public init(recency: Int, frequency: Int, money: Int) {
        let sum = frequency + money
        switch (recency, sum) {
        case (5, 8...): self = .champions
        case (3...4, 8...): self = .loyal
        case (4..., 5...7): self = .active
        case (5, _): self = .new
        case (4, _): self = .promising
        case (3, _): self = .needsAttention
        case (_, 9...): self = .previouslyLoyal
        case (_, 6...8): self = .atRisk
        case (2, _): self = .almostLost
        default: self = .dormant
        }
    }
}
