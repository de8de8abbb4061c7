public import Projection

extension LifecycleModel {
    /// Who is where, and how that moved.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by stage", path: "stages"),
            ChartSpec(.stack, "Stages over time", path: "stages"),
        ]
    }
}
