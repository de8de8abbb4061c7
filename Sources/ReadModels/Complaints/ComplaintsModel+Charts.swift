public import Projection

extension ComplaintsModel {
    /// How old open complaints are, and whether promises are kept over time.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Age of open complaints", path: "ageing"),
            ChartSpec(.line, "Share of complaints that took too long", path: "breach_rate"),
            ChartSpec(.line, "Minutes to the first response, the middle one", path: "first_response.median"),
        ]
    }
}
