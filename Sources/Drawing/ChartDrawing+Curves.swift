import Events
import Projection
import Terminal

/// Courses over time and cumulated curves.
extension ChartDrawing {
    static func line(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let series = data.series
        let values = series.map { ChartData.number($0.point.value(at: chart.path)) }
        guard values.compactMap({ $0 }).count > 1 else { return nil }
        let lows = series.map {
            chart.interval.low.isEmpty ? nil : ChartData.number($0.point.value(at: chart.interval.low))
        }
        let highs = series.map {
            chart.interval.high.isEmpty ? nil : ChartData.number($0.point.value(at: chart.interval.high))
        }
        let name = FieldName(chart.path)
        let text = FieldText()
        func written(_ value: Double) -> String { text.text(.number(value), named: name) }
        var plot = Plot(
            title: chart.title, x: { timeAxis(series.count, $0, $1) },
            y: {
                Axis(holding: (values + lows + highs).compactMap { $0 }, from: $0, to: $1)
            },
            xText: { timeText($0, series.map(\.on)) }, yText: written)
        let band = series.indices.filter { lows[$0] != nil && highs[$0] != nil }
        plot.canvas.area(
            band.map { plot.point(Double($0), highs[$0] ?? 0) }
                + band.reversed().map { plot.point(Double($0), lows[$0] ?? 0) },
            colour: SVGCanvas.colours[0], opacity: 0.18)
        plot.canvas.polyline(
            series.indices.compactMap { index in values[index].map { plot.point(Double(index), $0) } },
            colour: SVGCanvas.colours[0])
        for (index, value) in values.enumerated() {
            guard let value else { continue }
            plot.canvas.circle(
                at: plot.point(Double(index), value), radius: 3, colour: SVGCanvas.colours[0],
                hint: "\(series[index].on): \(written(value))")
        }
        return plot.canvas.markup
    }

    static func stack(_ chart: ChartSpec, _ data: ChartData) -> String? {
        // At one point the shares have bars: an area without a course would look like one.
        let points = data.series
        guard points.count > 1 else { return nil }
        let shares = points.map { ChartData(report: $0.point).named(chart) }
        var names: [String] = []
        for share in shares.joined() where !names.contains(share.name) { names.append(share.name) }
        guard !names.isEmpty else { return nil }
        names.sort { left, right in
            let (first, second) = (total(left, shares), total(right, shares))
            return first == second ? left < right : first > second
        }
        var plot = Plot(
            title: chart.title, height: 320,
            x: { timeAxis(points.count, $0, $1 - 140) },
            y: { Axis(low: 0, high: 1, from: $0, to: $1) },
            xText: { timeText($0, points.map(\.on)) }, yText: axisPercent)
        var floors = [Double](repeating: 0, count: points.count)
        for (place, name) in names.enumerated() {
            let sums = shares.map { max($0.map(\.value).reduce(0, +), 1e-12) }
            let tops = points.indices.map { index in
                floors[index] + (shares[index].first { $0.name == name }?.value ?? 0) / sums[index]
            }
            let colour = SVGCanvas.colours[place % SVGCanvas.colours.count]
            plot.canvas.area(
                points.indices.map { plot.point(Double($0), tops[$0]) }
                    + points.indices.reversed().map { plot.point(Double($0), floors[$0]) },
                colour: colour, opacity: 0.75, hint: FieldName.title(of: name))
            let middle = ((tops.last ?? 0) + (floors.last ?? 0)) / 2
            if (tops.last ?? 0) - (floors.last ?? 0) > 0.05 {
                plot.canvas.label(
                    FieldName.title(of: name), at: (plot.x.end + 8, plot.y.place(middle) + 4), colour: colour,
                    room: 132)
            }
            floors = tops
        }
        return plot.canvas.markup
    }

    static func lorenz(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let points = data.points(chart.path, "customers", "value")
        guard points.count > 1 else { return nil }
        var plot = Plot(
            title: chart.title, height: 420,
            x: { Axis(low: 0, high: 1, from: $0, to: $1) },
            y: { Axis(low: 0, high: 1, from: $0, to: $1) },
            xText: axisPercent, yText: axisPercent, xTitle: "customers, the smallest first",
            yTitle: "share of value")
        let curve = points.map { plot.point($0.x, $0.y) }
        plot.canvas.area(
            [plot.point(0, 0)] + curve + [plot.point(1, 1)], colour: SVGCanvas.colours[0], opacity: 0.15)
        plot.canvas.line(plot.point(0, 0), plot.point(1, 1), colour: SVGCanvas.faint, dashed: true)
        plot.canvas.polyline([plot.point(0, 0)] + curve, colour: SVGCanvas.colours[0])
        return plot.canvas.markup
    }

    static func whale(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let points = data.points(chart.path, "customers", "value")
        guard points.count > 1 else { return nil }
        var plot = Plot(
            title: chart.title, height: 360,
            x: { Axis(holding: points.map(\.x), from: $0, to: $1) },
            y: { Axis(holding: points.map(\.y) + [1], from: $0, to: $1) },
            xText: axisPercent, yText: axisPercent, xTitle: "customers, the best first",
            yTitle: "cumulated profit")
        plot.canvas.line(
            (plot.x.start, plot.y.place(1)), (plot.x.end, plot.y.place(1)), colour: SVGCanvas.faint,
            dashed: true)
        plot.canvas.polyline(points.map { plot.point($0.x, $0.y) }, colour: SVGCanvas.colours[0])
        return plot.canvas.markup
    }

    private static func total(
        _ name: String, _ shares: [[ChartData.Named]]
    ) -> Double {
        shares.joined().filter { $0.name == name }.map(\.value).reduce(0, +)
    }

    private static func timeAxis(_ count: Int, _ left: Double, _ right: Double) -> Axis {
        Axis(low: 0, high: Double(max(1, count - 1)), from: left, to: right)
    }

    private static func timeText(_ tick: Double, _ days: [String]) -> String? {
        let index = Int(tick.rounded())
        guard abs(tick - Double(index)) < 1e-9, days.indices.contains(index) else { return nil }
        return String(days[index].prefix(7))
    }
}
