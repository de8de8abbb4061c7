public import Projection

extension ChurnModel {
    /// How many are at risk, and how that moved.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by risk", path: "bands"),
            ChartSpec(.stack, "Risk over time", path: "bands"),
            ChartSpec(.line, "Expected losses", path: "expected_losses"),
        ]
    }
}
