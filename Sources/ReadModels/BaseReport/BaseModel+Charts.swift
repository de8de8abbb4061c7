public import Projection

extension BaseModel {
    /// What the report wants to be seen of it.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.cohorts, "Retention by month of the first purchase", path: "cohorts"),
            ChartSpec(.flow, "From stage to stage", path: "flows.stage"),
            ChartSpec(.flow, "From tier to tier", path: "flows.tier"),
            ChartSpec(
                .histogram, "Days since the last purchase", path: "idle", value: "customers"),
            ChartSpec(
                .bars, "Change of the share of a category", path: "preference_shift", value: "change",
                labels: ["category"]),
            ChartSpec(.line, "Repurchase rate", path: "repurchase_rate"),
            ChartSpec(.line, "Loss rate", path: "loss_rate"),
        ]
    }
}
