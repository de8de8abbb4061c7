import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook compare`: who changed between two points.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Who changed between two points, on either axis, and why.",
        discussion: """
            A point is a time or a date (when it happened), @position (what was known), or both with a comma: \
            2017-06-30,@1200 is the end of June as the first 1,200 events tell it. The token of an \
            earlier answer is the point of that answer.
            """)

    @Option(
        help: ArgumentHelp("The earlier point.", valueName: "point"), transform: CompareCommand.point)
    var from: Question

    @Option(
        help: ArgumentHelp("The later point. (default: now)", valueName: "point"),
        transform: CompareCommand.point)
    var to: Question = Question()

    @Option(
        help: ArgumentHelp(
            "Only these fields: dotted paths with commas. (default: all that are words)", valueName: "fields")
    )
    var fields: String?

    @Option(
        help: ArgumentHelp(
            "At most so many changes. (default: 50 on a terminal, else all)", valueName: "number"),
        transform: Count.parse)
    var limit: Int?

    @OptionGroup var reader: ReaderOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let console = format.console
        let shortened = console.stream.isTerminal && console.format == .table ? 50 : nil
        let query = ComparisonQuery(
            fields: fields.map { $0.split(separator: ",").map(String.init) }, limit: nil)
        let (changes, zone) = try await OpenLedger.answering(
            location, as: reader.reader, at: "comparison"
        ) { try await $0.compare(from: from, to: to, query) }
        let shown = Array(changes.prefix(limit ?? shortened ?? Int.max))
        try console.print(records: shown) {
            lines(changes: changes, shown: shown, page: console.page(zone: zone))
        }
        guard console.format == .table else { return }
        if changes.isEmpty { console.say("Nothing changed.") }
        if shown.count < changes.count {
            console.say(
                "\(Figures.count(shown.count)) of \(Figures.counted(changes.count, "change")). For all: --format csv"
            )
        }
    }

    @Sendable static func point(_ text: String) throws -> Question {
        // No time and no position is as long as a token.
        if text.utf8.count > 80 { return Question(try PointOptions.token(text)) }
        var question = Question()
        for part in text.split(separator: ",", maxSplits: 1).map(String.init) {
            let argument = try PointOptions.known(part)
            if case .position = argument {
                question.knownAt = argument
            } else {
                question.effectiveAt = argument
            }
        }
        return question
    }

    /// First how many went from what to what, then who.
    private func lines(changes: [JSONValue], shown: [JSONValue], page: Page) -> [String] {
        guard !changes.isEmpty else { return [] }
        var counts: [(key: [JSONValue], count: Int)] = []
        var places: [String: Int] = [:]
        for change in changes {
            let key = ["field", "from", "to"].map { change[$0] ?? .null }
            let name = JSONText.compact(.array(key))
            if let place = places[name] {
                counts[place].count += 1
            } else {
                places[name] = counts.count
                counts.append((key, 1))
            }
        }
        counts.sort { $0.count > $1.count }
        let longest = Double(counts.first?.count ?? 1)
        let summary = Table(
            columns: [
                .init("Field"), .init("From"), .init("To"), .init("Customers", alignment: .trailing), .bar(),
            ],
            rows: counts.prefix(20).map { entry in
                let field = FieldName(entry.key[0].stringValue ?? "")
                return [
                    Table.Cell(entry.key[0].stringValue ?? ""), page.text.cell(entry.key[1], named: field),
                    page.text.cell(entry.key[2], named: field), Table.Cell(Figures.count(entry.count)),
                    .bar(Double(entry.count) / longest),
                ]
            })
        return summary.lines(on: page.stream) + [""] + page.table(of: shown).lines(on: page.stream)
    }
}
