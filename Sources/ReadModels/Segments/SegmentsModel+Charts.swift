public import Projection

extension SegmentsModel {
    /// How large segments are.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by segment", path: "segments", value: "n", labels: ["name"])
        ]
    }
}
