import Glibc

/// A horizontal bar, drawn in eighths of a column.
public enum Bar {
    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar that fills a fraction of so many columns. What is more than nothing shows at least a sliver.
    public static func text(fraction: Double, columns: Int) -> String {
        guard columns > 0, fraction > 0, fraction.isFinite else { return "" }
        let filled = max(1, Int((min(1, fraction) * Double(columns) * 8).rounded()))
        var bar = String(repeating: "█", count: filled / 8)
        if !filled.isMultiple(of: 8) { bar.append(eighths[filled % 8 - 1]) }
        return bar
    }
}

/// A line of small columns, one for each value, that shows the course of a series at a glance.
public enum Sparkline {
    private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The line. Unknown values are gaps; a series that does not move is drawn at half height. A series longer
    /// than the limit is drawn as the means of equal stretches.
    public static func text(_ values: [Double?], limit: Int? = nil) -> String {
        let points = limit.map { condensed(values, to: $0) } ?? values
        let known = points.compactMap { $0 }.filter(\.isFinite)
        guard let low = known.min(), let high = known.max() else { return "" }
        return String(
            points.map { point -> Character in
                guard let point, point.isFinite else { return " " }
                guard high > low else { return levels[3] }
                return levels[Int(((point - low) / (high - low) * 7).rounded())]
            })
    }

    private static func condensed(_ values: [Double?], to limit: Int) -> [Double?] {
        guard limit > 0, values.count > limit else { return values }
        return (0..<limit).map { place in
            let stretch = values[(place * values.count / limit)..<((place + 1) * values.count / limit)]
            let known = stretch.compactMap { $0 }.filter(\.isFinite)
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
    }
}

/// Named values as bars below one another.
public struct BarChart: Sendable {
    /// One bar.
    public struct Entry: Sendable {
        /// What it is.
        public var label: String
        /// How long it is. Values below zero have no bar.
        public var value: Double
        /// The value as written beside it.
        public var note: String

        /// A bar.
        public init(label: String, value: Double, note: String) {
            self.label = label
            self.value = value
            self.note = note
        }
    }

    /// The bars, from top to bottom.
    public var entries: [Entry]

    /// A chart.
    public init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// The chart as a table without headings: label, value, bar.
    public var table: Table {
        let longest = entries.map(\.value).filter(\.isFinite).max() ?? 0
        return Table(
            columns: [Table.Column("label"), Table.Column("value", alignment: .trailing), .bar()],
            rows: entries.map { entry in
                [
                    Table.Cell(entry.label), Table.Cell(entry.note),
                    .bar(longest > 0 ? entry.value / longest : 0),
                ]
            },
            showsHeader: false)
    }

    /// The lines of the chart in so many columns; nil for as many as it takes.
    public func lines(width: Int?, colour: Bool = false) -> [String] {
        table.lines(width: width, colour: colour)
    }
}

/// How values are spread: how many fall in each of a few equal intervals with round borders.
public struct Histogram: Sendable {
    /// One interval: its lower border belongs to it, its upper one only to the last.
    public struct Interval: Sendable, Equatable {
        /// The lower border.
        public var low: Double
        /// The upper border.
        public var high: Double
        /// The values within.
        public var count: Int
    }

    /// The intervals from low to high; none where there is no value.
    public let intervals: [Interval]

    /// Spreads finite values over at most so many intervals (at least 1).
    public init(_ values: [Double], atMost limit: Int = 10) {
        let known = values.filter(\.isFinite)
        guard let low = known.min(), let high = known.max(), limit > 0 else {
            intervals = []
            return
        }
        guard high > low else {
            intervals = [Interval(low: low, high: high, count: known.count)]
            return
        }
        let step = Histogram.roundStep(atLeast: (high - low) / Double(limit), span: (low, high), limit: limit)
        let first = (low / step).rounded(.down)
        let number = max(1, Int(((high / step).rounded(.up) - first)))
        var result = (0..<number).map {
            Interval(low: (first + Double($0)) * step, high: (first + Double($0 + 1)) * step, count: 0)
        }
        for value in known {
            result[min(number - 1, max(0, Int((value / step).rounded(.down) - first)))].count += 1
        }
        intervals = result
    }

    /// The histogram as bars.
    public func chart(label: (Double) -> String = Figures.number) -> BarChart {
        BarChart(
            intervals.map { interval in
                let text =
                    interval.low == interval.high
                    ? label(interval.low) : "\(label(interval.low)) – \(label(interval.high))"
                return BarChart.Entry(
                    label: text, value: Double(interval.count), note: Figures.count(interval.count))
            })
    }

    /// The smallest of 1, 2, 2.5, 5 times a power of ten that needs no more than the limit of intervals.
    private static func roundStep(atLeast smallest: Double, span: (low: Double, high: Double), limit: Int)
        -> Double
    {
        var power = pow(10, floor(log10(smallest)))
        while true {
            for factor in [1, 2, 2.5, 5] {
                let step = factor * power
                let number = (span.high / step).rounded(.up) - (span.low / step).rounded(.down)
                if step >= smallest * 0.999_999, number <= Double(limit) { return step }
                // One interval can need two where a round border falls between its ends.
                if limit == 1, step >= smallest * 10 { return step }
            }
            power *= 10
        }
    }
}
