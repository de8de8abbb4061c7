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
            ChartSpec(
                .bars, "Recommendation", path: "nps", only: ["promoters", "passives", "detractors"]),
            ChartSpec(
                .intervals, "Satisfied customers by dimension, with the interval", path: "dimensions",
                value: "csat.top2", interval: ("csat.low", "csat.high")),
            ChartSpec(
                .intervals, "Net Promoter Score by dimension, with the interval", path: "dimensions",
                value: "nps.score", interval: ("nps.low", "nps.high")),
            ChartSpec(.histogram, "Customers by their score", path: "scores", value: "customers"),
        ]
    }
}
