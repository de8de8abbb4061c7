import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook trail`: an auditor's question.
struct TrailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trail",
        abstract:
            "Who did what, when, and when was it known: events in the order in which they were recorded.",
        discussion: "All filters that are given must hold. See: daybook help filters")

    @OptionGroup var filters: TrailOptions

    @Option(
        help: ArgumentHelp(
            "At most so many events. (default: 50 on a terminal, else all)", valueName: "number"))
    var limit: Int?

    @Option(
        help: ArgumentHelp("Only events behind this position.", valueName: "position"),
        transform: { text in
            guard let position = UInt64(text.hasPrefix("@") ? String(text.dropFirst()) : text) else {
                throw ValidationError("\(text) is no position: expected a number, such as 1200.")
            }
            return position
        })
    var after: UInt64?

    @Flag(help: "The newest events first.")
    var newestFirst = false

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let console = format.console
        var query = filters.query
        query.after = after
        query.newestFirst = newestFirst
        query.limit = limit ?? (console.stream.isTerminal && console.format == .table ? 50 : nil)
        let trail = try await ledger.trail(query)
        try console.print(records: trail.entries) {
            TrailTable(trail.entries, page: console.page(zone: ledger.zone)).lines
        }
        guard console.format == .table else { return }
        if trail.entries.isEmpty {
            console.say("No event fits.")
        } else if let next = trail.next {
            console.say("There is more: --after \(next)")
        }
    }
}

/// Events as people read them: what happened and when it was recorded, the data in short.
struct TrailTable {
    let entries: [JSONValue]
    let page: Page

    init(_ entries: [JSONValue], page: Page) {
        self.entries = entries
        self.page = page
    }

    var lines: [String] {
        guard !entries.isEmpty else { return [] }
        // Where there is little room, the minute of recording goes first.
        let full = table(recordedLength: 16)
        return (full.fits(page.stream.columns) ? full : table(recordedLength: 10)).lines(on: page.stream)
    }

    private func table(recordedLength: Int) -> Table {
        let optional = ["actor"].filter { name in
            entries.contains { $0[name] != nil && $0[name] != .null }
        }
        let columns =
            [Table.Column("Position", alignment: .trailing)]
            + ["Time", "Recorded", "Type"].map { Table.Column($0, isCuttable: false) }
            + (["Customer"] + optional.map { FieldName($0).label } + ["Data"]).map { Table.Column($0) }
        let rows = entries.map { entry in
            [
                page.text.cell(entry["position"], named: FieldName("position")),
                moment(entry["time"], length: 16),
                moment(entry["recorded_at"], length: recordedLength),
            ]
                + (["type", "customer"] + optional).map { page.text.cell(entry[$0], named: FieldName($0)) }
                + [data(of: entry)]
        }
        return Table(columns: columns, rows: rows)
    }

    /// Moments to the minute or the day: the seconds are on the event's own page.
    private func moment(_ value: JSONValue?, length: Int) -> Table.Cell {
        guard let value, value.stringValue != nil else { return .unknown }
        return Table.Cell(String(page.text.text(value, named: FieldName("time")).prefix(length)))
    }

    private func data(of entry: JSONValue) -> Table.Cell {
        guard let data = entry["data"]?.objectValue, !data.isEmpty else { return Table.Cell("") }
        return Table.Cell(page.text.inline(data))
    }
}
