import Projection
import Terminal

/// Curves in dots.
extension ChartText {
    func lorenz(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        let points = data.points(chart.path, "customers", "value")
        guard points.count > 1 else { return [] }
        return framed(points, below: 0, above: 1, xTitle: "customers, the smallest first") { plot in
            plot.line(from: (0, 0), to: (1, 1), gap: 3)
        }
    }

    func whale(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        let points = data.points(chart.path, "customers", "value")
        guard points.count > 1 else { return [] }
        let low = min(0, points.map(\.y).min() ?? 0)
        let high = max(1, points.map(\.y).max() ?? 1)
        return framed(points, below: low, above: high, xTitle: "customers, the best first") { plot in
            let whole = (1 - low) / (high - low)
            plot.line(from: (0, whole), to: (1, whole), gap: 3)
        }
    }

    func calibration(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        let points = data.predictions(chart.path, chart.value).map { (x: $0.predicted, y: $0.observed) }
        guard points.count > 1 else { return [] }
        return framed(
            points.sorted { $0.x < $1.x }, below: 0, above: 1, xTitle: "predicted; dotted: as observed"
        ) { plot in
            plot.line(from: (0, 0), to: (1, 1), gap: 3)
        }
    }

    /// A curve through points whose x run from 0 to 1, in a frame that says the ends in percent.
    private func framed(
        _ points: [(x: Double, y: Double)], below low: Double, above high: Double, xTitle: String,
        reference: (inout DotPlot) -> Void
    ) -> [String] {
        var plot = DotPlot(columns: width(most: 60, taken: 12), rows: 14)
        reference(&plot)
        func place(_ y: Double) -> Double { (y - low) / (high - low) }
        for (start, end) in zip(points, points.dropFirst()) {
            plot.line(from: (start.x, place(start.y)), to: (end.x, place(end.y)))
        }
        let last = plot.lines.count - 1
        // The row that holds the whole is named where the curve rises above it.
        let whole = high > 1 ? Int(((1 - place(1)) * Double(last)).rounded()) : 0
        var lines = plot.lines.enumerated().map { row, dots in
            let value = row == whole ? 1 : row == 0 ? high : row == last ? low : nil
            let mark = value.map { Figures.fixed($0 * 100, decimals: 0) + "%" } ?? ""
            return faint(DisplayWidth.padded(mark, to: 8, alignment: .trailing) + " │") + painted(dots)
        }
        lines.append(
            faint(String(repeating: " ", count: 9) + "└" + String(repeating: "─", count: plot.columns)))
        lines.append(String(repeating: " ", count: 10) + ends("0%", "100%", columns: plot.columns))
        lines.append(faint(String(repeating: " ", count: 10) + xTitle))
        return lines
    }
}
