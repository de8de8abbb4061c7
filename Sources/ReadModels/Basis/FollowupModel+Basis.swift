import Events
public import Projection

extension FollowupModel {
    /// What the rule of service is chosen by, which says how often to follow up.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        ["next_due_on", "overdue_days"].contains(path)
            ? ServiceModel.basis(of: "cadence_days", index, in: base) : nil
    }
}
