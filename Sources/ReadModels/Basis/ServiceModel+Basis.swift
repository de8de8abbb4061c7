import Events
public import Projection

extension ServiceModel {
    /// The tier and the position that the rule of service is chosen by.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        let tier = ValueModel.basis(ofTierOf: index, in: base)
        guard let position = PortfolioModel.basis(of: "position", index, in: base) else { return tier }
        return PopulationBasis(
            everybody: tier.everybody.map { ($0.name, $0.value) }
                + [("position", .object(position.everybody))],
            own: tier.own.map { ($0.name, $0.value) } + [("position", .object(position.own))])
    }
}
