import ArgumentParser
import Daybook
import Events
import Foundation
import SQLExport
import Terminal

/// `daybook sql`: questions in SQL.
struct SQLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Ask in SQL, at any point in time.",
        discussion: """
            Tables: customers, events, and one for each view; its columns are the fields of the view with _ for dots, \
            such as rfm_group. Amounts are decimal texts, with their minor units as integers in NAME_minor. The SQL is \
            SQLite's.

            daybook sql 'SELECT tier, count(*) AS customers, sum(net_revenue_minor) / 100.0 AS revenue \
            FROM value GROUP BY tier'
            """)

    @Argument(help: "The question: one SELECT.")
    var query: String?

    @Flag(name: .long, help: "Print the tables with their columns, and what each says.")
    var schema = false

    @Option(
        help: ArgumentHelp(
            "Keep the tables as a database of SQLite: those that the question reads, all of them without one.",
            valueName: "file"),
        completion: .file())
    var output: String?

    @OptionGroup var options: AnswerOptions

    func validate() throws {
        guard query != nil || schema || output != nil else {
            throw ValidationError(
                "There is no question. Give one SELECT, or --schema, or --output FILE for all tables.")
        }
        if schema, query != nil || output != nil {
            throw ValidationError("--schema stands alone.")
        }
    }

    func run() async throws {
        if schema { return try printSchema() }
        let (answer, zone) = try await answered()
        let console = options.console
        if let answer {
            try console.print(records: answer.records) {
                answer.records.isEmpty
                    ? [] : console.page(zone: zone).table(of: answer.records).lines(on: console.stream)
            }
            if answer.records.isEmpty, console.format == .table { console.say("No row fits.") }
        }
        if let output { console.say("Kept as \(output).", style: .good) }
    }

    /// The answer, and the file where one is wanted; none of it where the read could not be written down.
    private func answered() async throws -> (answer: LedgerDatabase.Answer?, zone: Zone) {
        var isKept = false
        do {
            return try await options.answering("tables in SQL") { ledger in
                let database = LedgerDatabase(try await ledger.tables(at: options.question))
                return try await advising("Tables and columns: daybook sql --schema", when: .usage) {
                    guard let output else { return try query.map { try database.answer($0) } }
                    let answer = try await advising("Choose another name: --output FILE", when: .conflict) {
                        try database.keep(as: output, answering: query)
                    }
                    isKept = true
                    return answer
                }
            }
        } catch {
            if isKept, let output { try FileManager.default.removeItem(atPath: output) }
            throw error
        }
    }

    private func printSchema() throws {
        let console = options.console
        let records = SQLTable.all.flatMap { table in
            table.columns.map { column -> JSONValue in
                [
                    "table": .string(table.name), "column": .string(column.name),
                    "type": .string(column.kind.rawValue), "description": .string(column.description),
                ]
            }
        }
        try console.print(records: records) {
            let page = console.page(zone: nil)
            return SQLTable.all.flatMap { table -> [String] in
                let rows = table.columns.map { column in
                    [
                        Table.Cell(column.name), Table.Cell(column.kind.rawValue),
                        Table.Cell(column.description),
                    ]
                }
                let columns = Table(
                    columns: [
                        .init("Column", isCuttable: false), .init("Type", isCuttable: false),
                        .init("What it says"),
                    ],
                    rows: rows)
                return [page.heading(table.name)] + page.remark(table.description)
                    + columns.lines(on: page.stream, indent: 2) + [""]
            }
        }
    }
}
