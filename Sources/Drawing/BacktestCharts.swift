public import Projection

/// What a backtest wants to be seen of it. It is no read model's report, so its pictures are named here.
public enum BacktestCharts {
    /// Predicted against observed, and how good predictions were over time.
    public static let all = [
        ChartSpec(
            .calibration, "Predicted and observed, by tenths of customers", path: "deciles",
            value: "mean_predicted"),
        ChartSpec(.line, "Area under the curve", path: "auc"),
        ChartSpec(.line, "Brier score", path: "brier"),
        ChartSpec(.line, "Error of the total", path: "total_error"),
    ]
}
