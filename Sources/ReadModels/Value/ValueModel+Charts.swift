public import Projection

extension ValueModel {
    /// How value is divided among tiers, and how unevenly over time.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by tier", path: "tiers", value: "customers"),
            ChartSpec(.bars, "Share of value by tier", path: "tiers", value: "share"),
            ChartSpec(.line, "Gini coefficient of value", path: "gini"),
        ]
    }
}
