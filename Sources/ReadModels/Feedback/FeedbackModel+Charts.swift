public import Projection

extension FeedbackModel {
    /// What customers say, and what comes of it.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Feedback by kind", path: "kinds"),
            ChartSpec(.bars, "What came of it", path: "outcomes"),
            ChartSpec(.line, "Share of customers who were told", path: "told_share"),
        ]
    }
}
