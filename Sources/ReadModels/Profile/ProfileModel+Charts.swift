public import Projection

extension ProfileModel {
    /// How well the archive is kept.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Profiles", path: "", only: ["n", "complete", "verified", "stale"]),
            ChartSpec(.line, "Share of required fields that are filled", path: "completeness"),
        ]
    }
}
