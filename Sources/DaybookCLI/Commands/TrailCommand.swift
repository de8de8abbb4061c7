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

    @Flag(help: "Only who looked at personal data: of --customer, or of the customer named here.")
    var access = false

    @Argument(help: "With --access: the customer who was looked at.")
    var lookedAt: String?

    @Option(
        help: ArgumentHelp(
            "At most so many events. (default: 50 on a terminal, else all)", valueName: "number"),
        transform: Count.parse)
    var limit: Int?

    @Option(
        help: ArgumentHelp("Only events behind this position: the next page.", valueName: "position"),
        transform: { text in
            guard let position = UInt64(text.hasPrefix("@") ? String(text.dropFirst()) : text) else {
                throw ValidationError("\(text) is no position: expected a number, such as 1200.")
            }
            return position
        })
    var after: UInt64?

    @Flag(name: [.customLong("newest-first"), .customLong("reverse")], help: "The newest events first.")
    var newestFirst = false

    @Flag(help: "The lines as they are stored: personal values stay encrypted, and are not searched.")
    var sealed = false

    @Flag(help: "With --json: an object with results, next and position, instead of the list alone.")
    var paged = false

    @Flag(help: "With --causation: what followed from that event, and from what followed, as a tree.")
    var tree = false

    @OptionGroup var reader: ReaderOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if let lookedAt, !access {
            throw ValidationError(
                "\(lookedAt) belongs to no option of trail. A customer's trail: --customer \(lookedAt).")
        }
        if lookedAt != nil, filters.customer != nil {
            throw ValidationError("--access names a customer, and so does --customer: leave one out.")
        }
        if tree, filters.names != ["--causation"] || access || sealed {
            throw ValidationError(
                "--tree goes with --causation alone: it draws all that followed from that event.")
        }
        if sealed, format.chosen != .table {
            throw ValidationError("--sealed prints lines as they are stored: no other form goes with it.")
        }
        if paged, format.chosen != .json { throw ValidationError("--paged goes with --json.") }
    }

    func run() async throws {
        if tree { return try await printTree() }
        let console = format.console
        var query = filters.query
        query.isAccess = access
        query.customer = lookedAt ?? query.customer
        query.after = after
        query.newestFirst = newestFirst
        query.leavesSealed = sealed
        query.limit = limit ?? (console.stream.isTerminal && console.format == .table ? 50 : nil)
        let names = (["trail"] + filters.names).joined(separator: " ")
        let (ledger, known) = try await OpenLedger.toLook(location, as: reader.reader, at: names) { [query] in
            try await $0.personalRead(of: query)
        }
        query.known = known
        if sealed { return try await printSealed(query, of: ledger, console) }
        if console.format == .jsonl, query.limit == nil {
            return try await ledger.forEachEntry(of: query) { try console.print([JSONText.compact($0)]) }
        }
        try await printPage(query, of: ledger, console)
    }

    private func printPage(_ query: TrailQuery, of ledger: Ledger, _ console: Console) async throws {
        let trail = try await ledger.trail(query)
        if paged {
            let next = trail.next.map { JSONValue.number(Double($0)) } ?? .null
            try console.print(answer: [
                "results": .array(trail.entries), "next": next,
                "position": .number(Double(try query.known ?? ledger.head())),
            ]) { [] }
        } else {
            try console.print(records: trail.entries) {
                TrailTable(trail.entries, page: console.page(zone: ledger.zone)).lines
            }
        }
        if trail.entries.isEmpty, console.format == .table {
            try sayThatNothingFits(query, of: ledger, console)
        } else if let next = trail.next {
            console.say("There is more: --after \(next)")
        }
    }

    /// A type that is not known is probably one that is misspelt.
    private func sayThatNothingFits(_ query: TrailQuery, of ledger: Ledger, _ console: Console) throws {
        console.say("No event fits.")
        guard let type = query.type, !type.contains("*") else { return }
        let types = try ledger.schemas().types
        guard !types.contains(type) else { return }
        let near = NearNames.nearest(to: type, among: types)
        let hint =
            near.isEmpty
            ? "all types: daybook schema list" : "did you mean \(near.joined(separator: " or "))?"
        console.say("There is no type \(type): \(hint)")
    }

    /// Lines as they are stored, and where they go on.
    private func printSealed(_ query: TrailQuery, of ledger: Ledger, _ console: Console) async throws {
        let newline: [UInt8] = [0x0A]
        let count = try await ledger.export(query, sealed: true) { line in
            try Console.output.write(line)
            try Console.output.write(newline.span)
        }
        if count == 0 { try sayThatNothingFits(query, of: ledger, console) }
        guard let limit = query.limit, count == UInt64(limit) else { return }
        var more = query
        more.limit = limit + 1
        let positions = try await ledger.positions(of: more)
        if positions.count > limit { console.say("There is more: --after \(positions[limit - 1])") }
    }

    private func printTree() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let answer = try await ledger.causationTree(of: .id(filters.causation ?? "", source: nil))
        let console = format.console
        try console.print(answer: answer) {
            CausationTreePage(answer, page: console.page(zone: ledger.zone)).lines
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
