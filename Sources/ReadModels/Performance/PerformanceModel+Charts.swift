public import Projection

extension PerformanceModel {
    /// What the report wants to be seen of it.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Share of revenue by category", path: "categories", value: "share"),
            ChartSpec(.bars, "Share of revenue by channel", path: "channels", value: "share"),
            ChartSpec(.bars, "Share of revenue by place", path: "places", value: "share"),
            ChartSpec(
                .histogram, "Purchases by hour of the customer's clock", path: "hours", value: "purchases"),
            ChartSpec(.stack, "Channels over time", path: "channels", value: "share"),
        ]
    }
}
