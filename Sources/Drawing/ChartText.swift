public import Events
public import Projection
public import Terminal

/// Draws what a report wants to be seen of it in the characters of a terminal.
public struct ChartText {
    private let stream: StreamCapabilities
    private let text: FieldText

    /// Charts for a stream, their values written like others.
    public init(stream: StreamCapabilities, text: FieldText) {
        self.stream = stream
        self.text = text
    }

    /// The charts of a report, each under its title. What a page shows as bars and courses by itself is left to it.
    public func lines(of report: JSONValue, charts: [ChartSpec]) -> [String] {
        charts.flatMap { chart -> [String] in
            let picture = lines(of: chart, in: ChartData(report: report))
            guard !picture.isEmpty else { return [] }
            return ["", TextStyle.strong.apply(to: chart.title, colour: stream.usesColour)] + picture
        }
    }

    /// The report without what its charts show better: long rows of numbers that nobody reads.
    public static func withoutDrawn(_ report: JSONObject, charts: [ChartSpec]) -> JSONObject {
        var rest = report
        for chart in charts where chart.kind.replacesFigures {
            let parts = chart.path.split(separator: ".").map(String.init)
            if parts.count == 1 {
                rest[parts[0]] = nil
            } else if parts.count == 2, var parent = rest[parts[0]]?.objectValue {
                parent[parts[1]] = nil
                rest[parts[0]] = parent.isEmpty ? nil : .object(parent)
            }
        }
        return rest
    }

    private func lines(of chart: ChartSpec, in data: ChartData) -> [String] {
        switch chart.kind {
        case .bars: bars(chart, data)
        case .intervals: intervals(chart, data)
        case .histogram: histogram(chart, data)
        case .line: course(chart, data)
        // The page has a course for every share already.
        case .stack: []
        case .lorenz: lorenz(chart, data)
        case .whale: whale(chart, data)
        case .flow: flow(chart, data)
        case .calibration: calibration(chart, data)
        case .cohorts: cohorts(chart, data)
        }
    }

    // MARK: Bars

    /// Groups whose name is a plural have their bars in the page; others are drawn here.
    private func bars(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        let entries = data.named(chart)
        guard entries.count > 1, entries.contains(where: { $0.value != 0 }) else { return [] }
        let found = data.value(at: chart.path)?.objectValue
        if chart.only.isEmpty, let found, Page.areGroups(found, named: FieldName(chart.path)) { return [] }
        return BarChart(
            entries.prefix(20).map { entry in
                BarChart.Entry(
                    label: entry.label(chart), value: entry.value, note: entry.note(chart, text))
            }
        ).table.lines(on: stream, indent: 2) + more(than: 20, of: entries.count)
    }

    /// Values with their intervals, one line each, on one scale.
    private func intervals(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        let all = data.bounded(chart)
        let entries = all.prefix(40)
        guard let first = entries.first else { return [] }
        let labels = entries.map { DisplayWidth.truncated($0.named.label(chart), to: 24) }
        let longest = labels.map { DisplayWidth.columns(of: $0) }.max() ?? 0
        let name = FieldName(chart.value)
        func written(_ value: Double) -> String {
            text.text(ChartData.like(first.named.written, value), named: name)
        }
        let lines = scaled(
            entries.enumerated().map { place, entry in
                Scaled(
                    label: DisplayWidth.padded(labels[place], to: longest), value: entry.named.value,
                    low: entry.low, high: entry.high)
            }, written: written)
        return lines + more(than: entries.count, of: all.count)
    }

    private func histogram(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        let intervals = data.intervals(chart.path)
        guard intervals.contains(where: { $0.count > 0 }) else { return [] }
        let written = ChartData.bound(chart)
        return BarChart(
            intervals.map { interval in
                BarChart.Entry(
                    label: "\(written(interval.low)) – \(written(interval.high))",
                    value: interval.count, note: Figures.number(interval.count))
            }
        ).table.lines(on: stream, indent: 2)
    }

    // MARK: Courses

    /// A value with its interval, one line a point in time.
    private func course(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        guard !chart.interval.low.isEmpty else { return [] }
        let points = data.series.compactMap { entry -> Scaled? in
            guard let value = ChartData.number(entry.point.value(at: chart.path)),
                let low = ChartData.number(entry.point.value(at: chart.interval.low)),
                let high = ChartData.number(entry.point.value(at: chart.interval.high))
            else { return nil }
            return Scaled(label: entry.on, value: value, low: low, high: high)
        }
        guard points.count > 1 else { return [] }
        let name = FieldName(chart.path)
        return scaled(points) { text.text(.number($0), named: name) }
    }

    /// One line of a picture in which all lines have one scale.
    private struct Scaled {
        let label: String
        let value: Double
        let low: Double
        let high: Double
    }

    /// `├──●──┤` between the least and the greatest bound of all.
    private func scaled(_ entries: [Scaled], written: (Double) -> String) -> [String] {
        guard let least = entries.map({ min($0.low, $0.value) }).min(),
            let most = entries.map({ max($0.high, $0.value) }).max(), most > least
        else { return [] }
        let notes = entries.map { written($0.value) }
        let noteWidth = notes.map { DisplayWidth.columns(of: $0) }.max() ?? 0
        let labelWidth = entries.map { DisplayWidth.columns(of: $0.label) }.max() ?? 0
        let margin = labelWidth + noteWidth + 6
        let room = width(most: 64, taken: margin + 1)
        func place(_ value: Double) -> Int {
            Int(((value - least) / (most - least) * Double(room - 1)).rounded())
        }
        var lines = zip(entries, notes).map { entry, note in
            var cells = [Character](repeating: " ", count: room)
            let (from, to) = (place(entry.low), place(entry.high))
            for column in min(from, to)...max(from, to) { cells[column] = "─" }
            cells[from] = "├"
            cells[to] = "┤"
            cells[place(entry.value)] = "●"
            return "  \(DisplayWidth.padded(entry.label, to: labelWidth))  "
                + DisplayWidth.padded(note, to: noteWidth, alignment: .trailing) + "  "
                + painted(String(cells))
        }
        lines.append(
            String(repeating: " ", count: margin) + ends(written(least), written(most), columns: room))
        return lines
    }

    // MARK: Who moved where

    /// A table from the groups at the left to those above; those who stayed are set off.
    private func flow(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        guard let matrix = data.value(at: chart.path)?.objectValue else { return [] }
        let rows = matrix.map { row in
            (name: row.name, counts: ChartData.counts(row.value))
        }
        let reached = rows.first?.counts.map(\.0).filter { name in
            rows.contains { row in row.counts.contains { $0.0 == name && $0.1 > 0 } }
        }
        guard let reached, !reached.isEmpty else { return [] }
        let most = rows.map { $0.counts.map(\.1).reduce(0, +) }.max() ?? 0
        let table = Table(
            columns: [Table.Column("from, to →")]
                + reached.map { Table.Column(FieldName($0).inlineLabel, alignment: .trailing) }
                + [Table.Column("all", alignment: .trailing), .bar()],
            rows: rows.map { row in
                let total = row.counts.map(\.1).reduce(0, +)
                return [Table.Cell(FieldName.title(of: row.name))]
                    + reached.map { name in
                        let count = row.counts.first { $0.0 == name }?.1 ?? 0
                        return count == 0
                            ? Table.Cell("·", style: .faint)
                            : Table.Cell(Figures.number(count), style: name == row.name ? .strong : .plain)
                    } + [Table.Cell(Figures.number(total)), .bar(most > 0 ? total / most : 0)]
            })
        return table.lines(on: stream, indent: 2)
    }

    // MARK: Retention

    /// The triangle of cohorts: for each month after the first the percentage that bought, the darker the more. Of
    /// more months or cohorts than fit the latest cohorts and the first months are shown.
    private func cohorts(_ chart: ChartSpec, _ data: ChartData) -> [String] {
        let all = data.cohorts(chart.path)
        guard let widest = all.map(\.retention.count).max(), widest > 1 else { return [] }
        let rows = all.suffix(24)
        let months = min(widest, max(1, width(most: 200, taken: 19) / 5))
        let most = rows.flatMap { $0.retention.dropFirst() }.compactMap { $0 }.max() ?? 0
        var head = "  " + DisplayWidth.padded("first", to: 8) + "customers"
        for month in 0..<months {
            head += DisplayWidth.padded(month == 0 ? "0" : "+\(month)", to: 4, alignment: .trailing) + " "
        }
        var lines = [TextStyle.strong.apply(to: head, colour: stream.usesColour)]
        for row in rows {
            let count = DisplayWidth.padded(Figures.number(row.customers), to: 8, alignment: .trailing)
            var line = "  " + DisplayWidth.padded(row.cohort, to: 8) + count + " "
            for share in row.retention.prefix(months) {
                guard let share else {
                    line += "     "
                    continue
                }
                let percent = Figures.fixed(share * 100, decimals: 0)
                line += DisplayWidth.padded(percent, to: 4, alignment: .trailing)
                line += painted(shade(share, of: most))
            }
            lines.append(line)
        }
        if all.count > rows.count || months < widest {
            lines.append(
                faint(
                    "  \(rows.count) of \(all.count) cohorts, \(months) of \(widest) months; all with --json")
            )
        }
        return lines
    }

    private func shade(_ share: Double, of most: Double) -> String {
        guard most > 0, share > 0 else { return " " }
        return ["░", "▒", "▓", "█"][min(3, Int(min(1, share / most) * 4))]
    }

    // MARK: What all use

    /// The room for a picture beside so many columns of words.
    func width(most: Int, taken: Int) -> Int {
        max(16, min(most, (stream.columns ?? 100) - taken))
    }

    func painted(_ picture: String) -> String {
        TextStyle.chart.apply(to: picture, colour: stream.usesColour)
    }

    func faint(_ words: String) -> String {
        TextStyle.faint.apply(to: words, colour: stream.usesColour)
    }

    /// What says that not all is shown.
    private func more(than shown: Int, of all: Int) -> [String] {
        all > shown ? [faint("  \(Figures.count(all - shown)) more with --json")] : []
    }

    /// What stands below the ends of an axis.
    func ends(_ low: String, _ high: String, columns: Int) -> String {
        let missing = columns - DisplayWidth.columns(of: low) - DisplayWidth.columns(of: high)
        return faint(low + String(repeating: " ", count: max(1, missing)) + high)
    }
}

extension ChartSpec.Kind {
    /// Whether the picture says all that the numbers say, which are too many to be read.
    fileprivate var replacesFigures: Bool {
        switch self {
        case .histogram, .lorenz, .whale, .flow, .cohorts: true
        case .bars, .intervals, .line, .stack, .calibration: false
        }
    }
}
