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

    private static func bars(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let entries = data.named(chart.path, chart.value)
        guard !entries.isEmpty else { return nil }
        let name = FieldName(chart.value.isEmpty ? chart.path : chart.value)
        let text = FieldText()
        var canvas = SVGCanvas(height: Double(entries.count) * 28 + 16, title: chart.title)
        let most = max(entries.map(\.value).max() ?? 0, 0)
        let least = min(entries.map(\.value).min() ?? 0, 0)
        let axis = Axis(low: least, high: most > least ? most : least + 1, from: 180, to: canvas.width - 120)
        for (place, entry) in entries.enumerated() {
            let y = Double(place) * 28 + 8
            let (from, to) = (axis.place(min(0, entry.value)), axis.place(max(0, entry.value)))
            let written = text.text(entry.whole, named: name)
            canvas.label(FieldName(entry.name).label, at: (172, y + 15), anchor: .end)
            canvas.rectangle(
                x: from, y: y, width: max(1, to - from), height: 20,
                colour: entry.value < 0 ? SVGCanvas.colours[3] : SVGCanvas.colours[0],
                hint: "\(FieldName(entry.name).label): \(written)")
            canvas.label(written, at: (to + 8, y + 15), colour: SVGCanvas.faint)
        }
        return canvas.markup
    }

    private static func histogram(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let intervals = (data.report.value(at: chart.path)?.arrayValue ?? []).compactMap {
            element -> (low: Double, high: Double, count: Double)? in
            guard let low = ChartData.number(element["low"]), let high = ChartData.number(element["high"]),
                let count = ChartData.number(element["count"])
            else { return nil }
            return (low, high, count)
        }
        guard let first = intervals.first, let last = intervals.last else { return nil }
        var plot = Plot(
            title: chart.title,
            x: { Axis(low: first.low, high: max(last.high, first.low + 1e-9), from: $0, to: $1) },
            y: { Axis(holding: intervals.map(\.count), from: $0, to: $1) },
            xText: Figures.number, yText: Figures.number, yTitle: "customers")
        for interval in intervals {
            let (left, top) = plot.point(interval.low, interval.count)
            let (right, bottom) = plot.point(interval.high, 0)
            plot.canvas.rectangle(
                x: left + 1, y: top, width: right - left - 2, height: bottom - top,
                colour: SVGCanvas.colours[0],
                hint: "\(Figures.number(interval.low)) – \(Figures.number(interval.high)): "
                    + Figures.number(interval.count))
        }
        return plot.canvas.markup
    }

    private static func calibration(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let points = (data.report.value(at: chart.path)?.arrayValue ?? []).compactMap {
            element -> (predicted: Double, observed: Double, n: Double)? in
            guard let predicted = ChartData.number(element["predicted"]),
                let observed = ChartData.number(element["observed"])
            else { return nil }
            return (predicted, observed, ChartData.number(element["n"]) ?? 1)
        }
        guard !points.isEmpty else { return nil }
        var plot = Plot(
            title: chart.title, height: 420,
            x: { Axis(low: 0, high: 1, from: $0, to: $1) },
            y: { Axis(low: 0, high: 1, from: $0, to: $1) },
            xText: Figures.percent, yText: Figures.percent, xTitle: "predicted", yTitle: "observed")
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
