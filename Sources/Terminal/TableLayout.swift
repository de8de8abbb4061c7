/// How wide the columns of a table become.
struct TableLayout {
    /// The width of each column of the table, in columns of the terminal.
    private(set) var widths: [Int]
    /// The columns that are shown.
    private(set) var visible: [Int]

    static let gap = 2
    private static let shortestBar = 8
    private static let longestBar = 40
    private static let shortestText = 10

    /// Lays a table out within a limit, or nil where it cannot be done without cutting a number.
    init?(_ table: Table, limit: Int?) {
        let columns = table.columns
        visible = Array(columns.indices)
        let bars = columns.indices.filter { columns[$0].isBar }
        var natural: [Int] = []
        var broken: [Int] = []
        for (index, column) in columns.enumerated() {
            let cells = table.rows.map { DisplayWidth.columns(of: $0[index].text) }.max() ?? 0
            let title = table.showsHeader ? DisplayWidth.columns(of: column.title) : 0
            let word = table.showsHeader ? TableLayout.longestWord(of: column.title) : 0
            natural.append(column.isBar ? max(TableLayout.shortestBar, title) : max(cells, title))
            broken.append(column.isBar ? max(TableLayout.shortestBar, word) : max(cells, word))
        }
        widths = natural
        guard let limit else {
            for index in bars { widths[index] = TableLayout.longestBar }
            return
        }
        if total <= limit {
            lengthenBars(bars, limit: limit)
            return
        }
        widths = broken
        if total > limit {
            shrinkWords(of: table, to: limit, floor: TableLayout.shortestText)
        }
        if total > limit, !bars.isEmpty {
            widths = broken
            visible.removeAll { bars.contains($0) }
            shrinkWords(of: table, to: limit, floor: TableLayout.shortestText)
        }
        if total > limit { return nil }
        widenHeadings(to: natural, limit: limit)
        lengthenBars(bars.filter { visible.contains($0) }, limit: limit)
    }

    private var total: Int {
        visible.reduce(0) { $0 + widths[$1] } + max(0, visible.count - 1) * TableLayout.gap
    }

    private static func longestWord(of title: String) -> Int {
        title.split(separator: " ").map { DisplayWidth.columns(of: $0) }.max() ?? 0
    }

    /// Cuts the widest columns of words first, to one common width, but none below the floor.
    private mutating func shrinkWords(of table: Table, to limit: Int, floor: Int) {
        let words = visible.filter { table.columns[$0].isCuttable }
        while total > limit {
            guard let widest = words.filter({ widths[$0] > floor }).max(by: { widths[$0] < widths[$1] })
            else { return }
            widths[widest] -= 1
        }
    }

    /// Gives headings back the room that is left, so that no more of them than must be is broken.
    private mutating func widenHeadings(to natural: [Int], limit: Int) {
        for index in visible where widths[index] < natural[index] {
            if total + natural[index] - widths[index] <= limit {
                widths[index] = natural[index]
            }
        }
    }

    private mutating func lengthenBars(_ bars: [Int], limit: Int) {
        guard !bars.isEmpty else { return }
        let each = max(0, limit - total) / bars.count
        for index in bars {
            widths[index] = min(max(widths[index], TableLayout.longestBar), widths[index] + each)
        }
    }
}
