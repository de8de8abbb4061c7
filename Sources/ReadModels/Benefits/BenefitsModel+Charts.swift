public import Projection

extension BenefitsModel {
    /// What is granted, and what of it is used.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Benefits", path: "", only: ["granted", "used"]),
            ChartSpec(.line, "Share of benefits used", path: "used_share"),
        ]
    }
}
