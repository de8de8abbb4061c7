public import Projection

extension ServiceModel {
    /// How customers are served.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by level of service", path: "levels"),
            ChartSpec(.bars, "Customers by rule", path: "rules"),
            ChartSpec(.stack, "Levels over time", path: "levels"),
        ]
    }
}
