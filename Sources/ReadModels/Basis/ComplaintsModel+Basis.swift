import Events
public import Projection

extension ComplaintsModel {
    /// Which tier the customer has, where promised times depend on the tier.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        path == "breached" ? ValueModel.basis(ofTierOf: index, in: base) : nil
    }
}
