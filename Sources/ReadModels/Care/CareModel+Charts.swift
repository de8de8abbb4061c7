public import Projection

extension CareModel {
    /// How much there is to do, and what forbids it.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Occasions that are blocked", path: "blocked"),
            ChartSpec(.line, "Occasions of the coming days", path: "due"),
        ]
    }
}
