import Events
import Projection
import Terminal

/// Named values below one another.
extension ChartDrawing {
    /// More bars than these are not compared any more: the others are in the table.
    private static let mostBars = 24

    private static let mostIntervals = 60

    static func bars(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let all = data.named(chart)
        guard all.contains(where: { $0.value != 0 }) else { return nil }
        let entries = shown(all)
        let text = FieldText()
        let rest = all.count - entries.count
        var canvas = SVGCanvas(
            height: Double(entries.count) * 28 + (rest > 0 ? 36 : 16), title: chart.title)
        let most = max(entries.map(\.value).max() ?? 0, 0)
        let least = min(entries.map(\.value).min() ?? 0, 0)
        let axis = Axis(low: least, high: most > least ? most : least + 1, from: 200, to: canvas.width - 140)
        for (place, entry) in entries.enumerated() {
            let y = Double(place) * 28 + 8
            let (from, to) = (axis.place(min(0, entry.value)), axis.place(max(0, entry.value)))
            let (label, written) = (entry.label(chart), entry.note(chart, text))
            canvas.label(label, at: (192, y + 15), anchor: .end, room: 188)
            canvas.rectangle(
                x: from, y: y, width: max(1, to - from), height: 20,
                colour: entry.value < 0 ? SVGCanvas.colours[3] : SVGCanvas.colours[0],
                hint: "\(label): \(written)")
            canvas.label(written, at: (to + 8, y + 15), colour: SVGCanvas.faint)
        }
        if least < 0 {
            let zero = axis.place(0)
            canvas.line((zero, 4), (zero, Double(entries.count) * 28 + 4), colour: SVGCanvas.faint)
        }
        if rest > 0 {
            canvas.label(
                "\(Figures.count(rest)) more in the table below",
                at: (200, Double(entries.count) * 28 + 24), colour: SVGCanvas.faint, size: 11)
        }
        return canvas.markup
    }

    /// The values that are drawn: all in their order, or the longest bars where there are too many.
    private static func shown(_ entries: [ChartData.Named]) -> [ChartData.Named] {
        guard entries.count > mostBars else { return entries }
        let kept = Set(
            entries.indices.sorted { left, right in
                abs(entries[left].value) != abs(entries[right].value)
                    ? abs(entries[left].value) > abs(entries[right].value) : left < right
            }.prefix(mostBars))
        return entries.indices.filter(kept.contains).map { entries[$0] }
    }

    static func intervals(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let all = data.bounded(chart)
        let entries = all.prefix(mostIntervals)
        guard let first = entries.first else { return nil }
        let name = FieldName(chart.value)
        let text = FieldText()
        func written(_ value: Double) -> String {
            text.text(ChartData.like(first.named.written, value), named: name)
        }
        let height = Double(entries.count) * 28
        var canvas = SVGCanvas(height: height + 40, title: chart.title)
        let axis = Axis(
            holding: entries.flatMap { [$0.low, $0.high, $0.named.value] }, from: 200, to: canvas.width - 120)
        if all.count > entries.count {
            canvas.label(
                "\(Figures.count(all.count - entries.count)) more in the table below",
                at: (8, height + 24), colour: SVGCanvas.faint, size: 11)
        }
        for tick in axis.ticks {
            let place = axis.place(tick)
            canvas.line((place, 4), (place, height + 8), colour: tick == 0 ? SVGCanvas.faint : SVGCanvas.grid)
            canvas.label(
                written(tick), at: (place, height + 24), anchor: .middle, colour: SVGCanvas.faint, size: 11)
        }
        for (place, entry) in entries.enumerated() {
            let y = Double(place) * 28 + 20
            let (low, high) = (axis.place(entry.low), axis.place(entry.high))
            let label = entry.named.label(chart)
            canvas.label(label, at: (192, y + 4), anchor: .end, room: 188)
            canvas.line((low, y), (high, y), colour: SVGCanvas.colours[0], width: 2)
            for end in [low, high] { canvas.line((end, y - 5), (end, y + 5), colour: SVGCanvas.colours[0]) }
            canvas.circle(
                at: (axis.place(entry.named.value), y), radius: 5, colour: SVGCanvas.colours[0],
                hint: "\(label): \(written(entry.named.value)), from \(written(entry.low)) to "
                    + written(entry.high))
            canvas.label(
                written(entry.named.value), at: (canvas.width - 112, y + 4), colour: SVGCanvas.faint)
        }
        return canvas.markup
    }
}
