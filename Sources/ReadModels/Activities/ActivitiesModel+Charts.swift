public import Projection

extension ActivitiesModel {
    /// Who came, and whether training helped.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Activities", path: "", only: ["invited", "attended"]),
            ChartSpec(
                .bars, "Needs before and after a training", path: "training",
                only: ["needs_before", "needs_after"]),
            ChartSpec(.line, "Share of invitations that were followed", path: "attendance_rate"),
        ]
    }
}
