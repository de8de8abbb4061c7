public import Projection

extension BaseModel {
    /// What the report wants to be seen of it.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.cohorts, "Retention by month of the first purchase", path: "cohorts"),
            ChartSpec(.flow, "From stage to stage", path: "flows.stage"),
            ChartSpec(.flow, "From tier to tier", path: "flows.tier"),
            ChartSpec(.line, "Repurchase rate", path: "repurchase_rate"),
            ChartSpec(.line, "Loss rate", path: "loss_rate"),
        ]
    }
}
