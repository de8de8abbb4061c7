public import Projection

extension ChurnModel {
    /// How many are at risk, and how that moved.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by band of risk", path: "bands"),
            ChartSpec(.histogram, "Customers by risk", path: "risks", value: "customers"),
            ChartSpec(.stack, "Risk over time", path: "bands"),
            ChartSpec(.line, "Expected losses", path: "expected_losses"),
        ]
    }
}
