/// A table for people: it fits the terminal, and is as wide as it likes where there is none.
///
/// When it is too wide, headings are first broken between words, then the widest columns of words are cut with
/// `…`, then bars are left out; numbers are never cut. What still does not fit is written as records, one field
/// a line.
public struct Table: Sendable {
    /// One column.
    public struct Column: Sendable {
        /// Its heading.
        public var title: String
        /// Where its cells stand.
        public var alignment: Alignment
        /// Whether its cells are bars, drawn from their fractions in whatever room is left.
        public var isBar: Bool
        /// Whether its cells may be cut where the terminal is narrow: words may, numbers and dates may not.
        public var isCuttable: Bool

        /// A column of words or numbers. Words may be cut unless said otherwise.
        public init(_ title: String, alignment: Alignment = .leading, isCuttable: Bool = true) {
            self.title = title
            self.alignment = alignment
            self.isCuttable = isCuttable && alignment == .leading
            isBar = false
        }

        /// A column of bars.
        public static func bar(_ title: String = "") -> Column {
            var column = Column(title)
            column.isBar = true
            column.isCuttable = false
            return column
        }
    }

    /// One cell.
    public struct Cell: Sendable {
        /// What it says.
        public var text: String
        /// How it is set off.
        public var style: TextStyle
        /// The length of its bar as a fraction of the longest, for columns of bars.
        public var fraction: Double

        /// A cell of words or numbers. Control characters are replaced by their pictures.
        public init(_ text: String, style: TextStyle = .plain) {
            self.text = DisplayWidth.shown(text)
            self.style = style
            fraction = 0
        }

        /// A bar.
        public static func bar(_ fraction: Double, style: TextStyle = .chart) -> Cell {
            var cell = Cell("", style: style)
            cell.fraction = fraction
            return cell
        }

        /// What stands where nothing is known.
        public static let unknown = Cell("—", style: .faint)
    }

    /// The columns, from left to right.
    public var columns: [Column]
    /// The rows, each with one cell a column.
    public var rows: [[Cell]]
    /// Whether the headings are written.
    public var showsHeader: Bool

    /// A table.
    public init(columns: [Column], rows: [[Cell]], showsHeader: Bool = true) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row has one cell for each column")
        self.columns = columns
        self.rows = rows
        self.showsHeader = showsHeader
    }

    /// The lines of the table on a stream.
    public func lines(on stream: StreamCapabilities, indent: Int = 0) -> [String] {
        lines(width: stream.columns.map { max(10, $0 - indent) }, colour: stream.usesColour)
            .map { $0.isEmpty || indent == 0 ? $0 : String(repeating: " ", count: indent) + $0 }
    }

    /// Whether the table fits so many columns without being written as records; nil is room for all.
    public func fits(_ width: Int?) -> Bool {
        TableLayout(self, limit: width) != nil
    }

    /// The lines of the table in so many columns; nil for as many as it takes.
    public func lines(width: Int?, colour: Bool = false) -> [String] {
        guard !columns.isEmpty else { return [] }
        guard let layout = TableLayout(self, limit: width) else {
            return records(width: width ?? Int.max, colour: colour)
        }
        var lines: [String] = []
        if showsHeader {
            lines += header(layout, colour: colour)
        }
        for row in rows {
            let cells = layout.visible.map { index in
                rendered(row[index], columns[index], width: layout.widths[index], colour: colour)
            }
            lines.append(withoutTrailingSpaces(cells))
        }
        return lines
    }

    private func header(_ layout: TableLayout, colour: Bool) -> [String] {
        let titles = columns.indices.map { index in
            DisplayWidth.wrapped(columns[index].title, to: layout.widths[index])
                .map { DisplayWidth.truncated($0, to: layout.widths[index]) }
        }
        let height = layout.visible.map { titles[$0].count }.max() ?? 0
        var lines: [String] = []
        for line in 0..<height {
            let cells = layout.visible.map { index in
                // Headings stand at the foot of the header, next to their column.
                let place = line - (height - titles[index].count)
                let text = place >= 0 ? titles[index][place] : ""
                return rendered(
                    Cell(text, style: .strong), Column("", alignment: columns[index].alignment),
                    width: layout.widths[index], colour: colour)
            }
            lines.append(withoutTrailingSpaces(cells))
        }
        let rules = layout.visible.map { index in
            columns[index].isBar && columns[index].title.isEmpty
                ? "" : String(repeating: "─", count: layout.widths[index])
        }
        lines.append(TextStyle.faint.apply(to: withoutTrailingSpaces(rules), colour: colour))
        return lines
    }

    private func rendered(_ cell: Cell, _ column: Column, width: Int, colour: Bool) -> String {
        if column.isBar {
            let bar = Bar.text(fraction: cell.fraction, columns: width)
            return cell.style.apply(to: bar, colour: colour)
                + String(repeating: " ", count: max(0, width - DisplayWidth.columns(of: bar)))
        }
        let text = DisplayWidth.truncated(cell.text, to: width)
        let missing = String(repeating: " ", count: max(0, width - DisplayWidth.columns(of: text)))
        let styled = cell.style.apply(to: text, colour: colour)
        return column.alignment == .leading ? styled + missing : missing + styled
    }

    private func withoutTrailingSpaces(_ cells: [String]) -> String {
        var line = cells.joined(separator: "  ")
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    private func records(width: Int, colour: Bool) -> [String] {
        let shown = columns.indices.filter { !columns[$0].isBar }
        let widest = shown.map { DisplayWidth.columns(of: columns[$0].title) }.max() ?? 0
        let labelWidth = min(widest, max(6, width / 2 - 2))
        var lines: [String] = []
        for (number, row) in rows.enumerated() {
            if number > 0 { lines.append("") }
            for index in shown {
                let title = DisplayWidth.truncated(columns[index].title, to: labelWidth)
                let label = TextStyle.strong.apply(to: title, colour: colour)
                let missing = String(repeating: " ", count: labelWidth - DisplayWidth.columns(of: title))
                // A value is never cut to nothing: the last resort is a line that the terminal breaks.
                let text = DisplayWidth.truncated(row[index].text, to: max(8, width - labelWidth - 2))
                lines.append(label + missing + "  " + row[index].style.apply(to: text, colour: colour))
            }
        }
        return lines
    }
}
