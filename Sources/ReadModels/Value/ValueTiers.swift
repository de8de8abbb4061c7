import Projection

/// By what customers are ranked, and the tiers that come of it. Made once for a base.
struct ValueTiers {
    private let values: [ValueModel.Measure]
    private let population: ValueModel.Population

    init(_ base: Base) {
        values = base.measures(ValueModel.self)
        population = base.population(ValueModel.self)
    }

    /// What the customer at an index is ranked by: revenue, margin or lifetime value, as the policy says.
    func value(_ index: Int) -> Int64 {
        values[index].ranked(by: population.basis)
    }

    /// The tier of the customer at an index.
    func tier(_ index: Int) -> String {
        population.value.tier(value(index)).rawValue
    }

    /// What all customers are ranked by, by index.
    var all: [Int64] { values.indices.map(value) }
}
