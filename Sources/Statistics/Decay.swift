import Numerics

/// Weights that halve with age: 2^(−age / half-life).
public struct Decay: Sendable {
    /// The age at which the weight is a half, in days.
    public let halfLifeDays: Double
    private let table: [Double]

    /// A decay; weights of ages up to about eleven years are computed beforehand.
    public init(halfLifeDays: Double) {
        precondition(halfLifeDays > 0, "a half-life of \(halfLifeDays) days")
        self.halfLifeDays = halfLifeDays
        table = (0..<4096).map { Double.exp2(-Double($0) / halfLifeDays) }
    }

    /// The weight of what is so many whole days old.
    public func weight(ageDays: Int) -> Double {
        table.indices.contains(ageDays) ? table[ageDays] : Double.exp2(-Double(ageDays) / halfLifeDays)
    }
}
