public import Projection

extension AffinityModel {
    /// What goes with what.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .bars, "Bought together, times as often as by chance", path: "pairs", value: "lift",
                labels: ["item", "with"])
        ]
    }
}
