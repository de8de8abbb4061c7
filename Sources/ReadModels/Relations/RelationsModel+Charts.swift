public import Projection

extension RelationsModel {
    /// Which groups weigh most.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .bars, "Net revenue of the largest groups", path: "largest", value: "group_value",
                labels: ["customer"])
        ]
    }
}
