public import Projection

extension NeedsModel {
    /// What customers need.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Needs by category", path: "categories", value: "raised"),
            ChartSpec(.bars, "Share that took too long", path: "categories", value: "breach_rate"),
            ChartSpec(.line, "Open needs", path: "open"),
        ]
    }
}
