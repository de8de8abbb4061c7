public import Projection

extension FollowupModel {
    /// Who has to turn to customers.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Overdue by owner", path: "owners", value: "overdue"),
            ChartSpec(.bars, "Due within a week by owner", path: "owners", value: "due_in_7_days"),
            ChartSpec(.line, "Share of plans done in time", path: "on_time_share"),
        ]
    }
}
