public import Events
public import Projection
import Terminal

/// Draws what a report wants to be seen of it.
public enum ChartDrawing {
    /// The chart as a picture in SVG; nil where the report has nothing to draw.
    public static func svg(_ chart: ChartSpec, of report: JSONValue) -> String? {
        let data = ChartData(report: report)
        return switch chart.kind {
        case .bars: bars(chart, data)
        case .intervals: intervals(chart, data)
        case .histogram: histogram(chart, data)
        case .line: line(chart, data)
        case .stack: stack(chart, data)
        case .lorenz: lorenz(chart, data)
        case .whale: whale(chart, data)
        case .flow: flow(chart, data)
        case .calibration: calibration(chart, data)
        case .cohorts: cohorts(chart, data)
        }
    }

    /// A share at an axis: whole percent without decimals.
    static func axisPercent(_ share: Double) -> String {
        let percent = share * 100
        return Figures.fixed(percent, decimals: abs(percent - percent.rounded()) < 1e-6 ? 0 : 1) + "%"
    }

    private static func histogram(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let intervals = data.intervals(chart.path)
        guard let first = intervals.first, let last = intervals.last else { return nil }
        let written = ChartData.bound(chart)
        var plot = Plot(
            title: chart.title,
            x: { Axis(low: first.low, high: max(last.high, first.low + 1e-9), from: $0, to: $1) },
            y: { Axis(holding: intervals.map(\.count), from: $0, to: $1) },
            xText: written, yText: Figures.number,
            yTitle: chart.value.isEmpty ? "customers" : chart.value)
        for interval in intervals {
            let (left, top) = plot.point(interval.low, interval.count)
            let (right, bottom) = plot.point(interval.high, 0)
            plot.canvas.rectangle(
                x: left + 1, y: top, width: right - left - 2, height: bottom - top,
                colour: SVGCanvas.colours[0],
                hint: "\(written(interval.low)) – \(written(interval.high)): "
                    + Figures.number(interval.count))
        }
        return plot.canvas.markup
    }

    private static func calibration(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let points = data.predictions(chart.path, chart.value)
        guard !points.isEmpty else { return nil }
        var plot = Plot(
            title: chart.title, height: 420,
            x: { Axis(low: 0, high: 1, from: $0, to: $1) },
            y: { Axis(low: 0, high: 1, from: $0, to: $1) },
            xText: axisPercent, yText: axisPercent, xTitle: "predicted", yTitle: "observed")
        plot.canvas.line(plot.point(0, 0), plot.point(1, 1), colour: SVGCanvas.faint, dashed: true)
        plot.canvas.polyline(
            points.map { plot.point($0.predicted, $0.observed) }, colour: SVGCanvas.colours[0], width: 1)
        let most = points.map(\.n).max() ?? 1
        for point in points {
            plot.canvas.circle(
                at: plot.point(point.predicted, point.observed),
                radius: 3 + 6 * (most > 0 ? point.n / most : 0).squareRoot(), colour: SVGCanvas.colours[0],
                hint: "predicted \(Figures.percent(point.predicted)), observed "
                    + "\(Figures.percent(point.observed)), \(Figures.number(point.n)) customers")
        }
        return plot.canvas.markup
    }
}
