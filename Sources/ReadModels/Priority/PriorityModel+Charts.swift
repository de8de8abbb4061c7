public import Projection

extension PriorityModel {
    /// What is to be done first.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .bars, "The first of the queue", path: "queue", value: "score", labels: ["customer", "id"]),
            ChartSpec(.line, "Items in the queue", path: "items"),
            ChartSpec(.line, "Items that take too long", path: "breached"),
        ]
    }
}
