public import Projection

extension NextModel {
    /// When customers are expected.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by when they are expected", path: "expected"),
            ChartSpec(.stack, "Expected over time", path: "expected"),
        ]
    }
}
