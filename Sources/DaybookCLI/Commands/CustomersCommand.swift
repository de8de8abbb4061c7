import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook customers`: the base as a table.
struct CustomersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customers",
        abstract: "The base as a table, at any point in time.",
        discussion: "Expressions and fields: daybook help filters")

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            #"Only those for whom this holds, such as 'value.tier = "A" and churn.risk > 0.5'."#,
            valueName: "expression"))
    var condition: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Sort by this field; with a minus before it, downwards. (default: by customer)",
            valueName: "field"))
    var sort: String?

    @Option(
        help: ArgumentHelp("At most so many. (default: 50 on a terminal, else all)", valueName: "number"),
        transform: Count.parse)
    var limit: Int?

    @Option(help: ArgumentHelp("Only these views, with commas.", valueName: "names"))
    var views: String?

    @Option(help: ArgumentHelp("The columns of the table: dotted paths with commas.", valueName: "fields"))
    var columns: String?

    @OptionGroup var options: AnswerOptions

    func run() async throws {
        let console = options.console
        let shortened = limit == nil && console.stream.isTerminal && console.format == .table
        // One more than is shown tells whether there are more.
        let query = CustomerQuery(
            condition: condition, sort: sort, limit: shortened ? Self.screenful + 1 : limit,
            views: views.map(Self.list) ?? viewsOfColumns, columns: columns.map(Self.list) ?? [])
        let question = options.question
        let (made, zone) = try await options.answering("list of customers") { ledger in
            let list = try await ledger.customerList(query, at: question)
            return (
                // Where reads are written down, whose values show must be known before any is shown.
                list: try ledger.recordsAccess() ? list.made() : list,
                labels: try await ledger.labels(at: question)
            )
        }
        guard console.format == .table else {
            let columns = columns.map(Self.list)
            return try console.stream { body in
                try made.list.forEachRow { row in
                    try body(columns.map { Self.selecting($0, from: row) } ?? row)
                }
            }
        }
        var answers = try made.list.rows()
        let isCut = shortened && answers.count > Self.screenful
        if isCut { answers.removeLast() }
        let page = console.page(zone: zone, calling: made.labels)
        try console.print(table(of: answers, page: page))
        if answers.isEmpty {
            console.say(condition == nil ? "There is no customer at that point." : "No customer fits.")
        } else if isCut {
            console.say("The first \(Self.screenful). For more: --limit N; for all of them: --format csv")
        }
    }

    private static let screenful = 50

    /// The views that the columns are of: no other row needs to be made, nor anything personal in it opened.
    private var viewsOfColumns: [String]? {
        guard let columns else { return nil }
        let sorted = sort.map { [$0.hasPrefix("-") ? String($0.dropFirst()) : $0] } ?? []
        let named = Set(
            (Self.list(columns) + sorted).compactMap { $0.split(separator: ".").first.map(String.init) })
        return Ledger.views.filter { !$0.isReportOnly && named.contains($0.name) }.map(\.name)
    }

    /// What stands between the commas of a list.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    private static func selecting(_ paths: [String], from answer: JSONValue) -> JSONValue {
        var record = JSONObject([("customer", answer["customer"] ?? .null)])
        for path in paths { record[path] = answer.value(at: path) ?? .null }
        return .object(record)
    }

    /// The columns that were asked for; else what each view names first, as much of it as fits; and what was
    /// sorted by.
    private func table(of answers: [JSONValue], page: Page) -> [String] {
        guard !answers.isEmpty else { return [] }
        let sorted = sort.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }.map { [$0] } ?? []
        let choices = columns.map { [Self.list($0)] } ?? Headline.choices(in: answers)
        var table = Table(columns: [], rows: [])
        for paths in choices {
            let added = sorted.filter { !paths.contains($0) && $0 != "customer" }
            table = Self.table(of: answers, paths: paths + added, text: page.text)
            if table.fits(page.stream.columns) { break }
        }
        return table.lines(on: page.stream)
    }

    private static func table(of answers: [JSONValue], paths: [String], text: FieldText) -> Table {
        let values = paths.map { path in answers.map { $0.value(at: path) } }
        return Table(
            columns: [Table.Column("Customer")]
                + zip(paths, values).map { text.column(FieldName.label(ofPath: $0), of: $1) },
            rows: answers.indices.map { row in
                [Table.Cell(answers[row]["customer"]?.stringValue ?? "")]
                    + zip(paths, values).map { text.cell($1[row], named: FieldName($0)) }
            })
    }
}
