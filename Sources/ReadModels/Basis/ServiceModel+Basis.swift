import Events
public import Projection

extension ServiceModel {
    /// Where the tiers begin, and the customer's value and position, by which the rule of service is chosen.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        let tier = ValueModel.basis(ofTierOf: index, in: base)
        let position = PositionAssessor(base).position(of: index)
        return PopulationBasis(
            everybody: tier.everybody.map { ($0.name, $0.value) },
            own: tier.own.map { ($0.name, $0.value) } + [("position", .string(position.rawValue))])
    }
}
