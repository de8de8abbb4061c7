public import Projection

extension WinbackModel {
    /// What offers bring against what comes by itself.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .bars, "Return after an offer and without one", path: "",
                only: ["regain_rate", "natural_return_rate"]),
            ChartSpec(
                .bars, "Offers", path: "", only: ["attempts", "accepted", "declined", "pending", "regained"]),
            ChartSpec(.line, "Share regained", path: "regain_rate"),
        ]
    }
}
