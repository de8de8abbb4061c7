import Events
public import Projection

extension InteractionModel {
    /// The mean of all customers' conversations, which the index compares with.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        guard path == "index" else { return nil }
        return PopulationBasis(
            everybody: [("mean_inbound", Answer.number(base.population(Self.self).meanInbound))],
            own: [("inbound", Answer.count(base.measures(Self.self)[index].inbound))])
    }
}
