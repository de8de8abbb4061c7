public import Projection

extension SatisfactionModel {
    /// Recommendation with its interval over time, and what is liked.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .line, "Net Promoter Score, with its interval", path: "nps.score",
                interval: ("nps.low", "nps.high")),
            ChartSpec(
                .line, "Satisfied customers, with their interval", path: "csat.top2",
                interval: ("csat.low", "csat.high")),
            ChartSpec(.bars, "Satisfaction by dimension", path: "dimensions", value: "score"),
        ]
    }
}
