public import Projection

extension ReferralModel {
    /// Whom customers bring.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Referrals", path: "", only: ["referrers", "referred", "converted"]),
            ChartSpec(.line, "Share of the referred who bought", path: "conversion"),
        ]
    }
}
