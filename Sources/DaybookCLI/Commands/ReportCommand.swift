import ArgumentParser
import Daybook
import Drawing
import Events
import Terminal

/// `daybook report`: the base as a whole.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "The base as a whole: \(Ledger.views.map(\.reportName).joined(separator: ", ")).")

    @Argument(help: "The report.", completion: .list(Ledger.views.map(\.reportName)))
    var name: String

    @Option(
        help: ArgumentHelp("Also as a series, at the end of every month.", valueName: "month"),
        transform: { text in
            guard let step = ReportQuery.Step(rawValue: text) else {
                throw ValidationError(
                    "expected \(ReportQuery.Step.allCases.map(\.rawValue).joined(separator: " or ")).")
            }
            return step
        })
    var every: ReportQuery.Step?

    @Option(
        help: ArgumentHelp("The most points of a series, the latest ones.", valueName: "number"),
        transform: Count.parse)
    var points: Int = 24

    @Option(help: ArgumentHelp("Only what happened in these days: 180d, 26w, 12m.", valueName: "span"))
    var window: DaySpan?

    @Option(
        help: ArgumentHelp("Also write it as a page with pictures that stands alone.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var html: String?

    @Option(
        help: ArgumentHelp("Compared with this date, where the report compares two.", valueName: "date"),
        transform: { text in
            do { return try LocalDay(parsing: text) } catch { throw ValidationError("\(error)") }
        })
    var from: LocalDay?

    @OptionGroup var options: AnswerOptions

    func run() async throws {
        let query = ReportQuery(
            every: every, seriesLimit: points, windowDays: window?.days, earlierDay: from)
        let isThere = Ledger.views.contains { $0.reportName == name }
        let remedy =
            isThere
            ? "How far the ledger goes: daybook status\(options.location.repeated)"
            : "What reports there are: daybook help report"
        let (made, zone) = try await advising(remedy, when: .notFound) {
            try await options.answering("report \(name)") { ledger in
                (
                    answer: try await ledger.report(name, query, at: options.question),
                    labels: try await ledger.labels(at: options.question)
                )
            }
        }
        let answer = made.answer
        if let html { try ReportHTML(name, answer, zone: zone).write(to: html) }
        let console = options.console
        if console.format == .csv, every != nil, let series = answer["series"]?.arrayValue {
            try console.print(records: series) { [] }
            return
        }
        let page = console.page(zone: zone, calling: made.labels)
        try console.print(answer: answer) {
            ReportPage(name, answer, page: page).lines
        }
    }
}

/// A report as a page: its point, its figures and groups with bars, its course over time.
struct ReportPage {
    private let name: String
    private let answer: JSONValue
    private let page: Page

    init(_ name: String, _ answer: JSONValue, page: Page) {
        self.name = name
        self.answer = answer
        self.page = page
    }

    static let bookkeeping: Set<String> = [
        "effective_at", "known_at", "position", "token", "policy", "n", "small_population", "series",
    ]

    var lines: [String] {
        var figures = JSONObject()
        for member in answer.objectValue ?? JSONObject() where !Self.bookkeeping.contains(member.name) {
            figures[member.name] = member.value
        }
        var point = PointLine.text(answer, text: page.text)
        if let count = answer["n"]?.integerValue { point = Figures.counted(count, "customer") + ", " + point }
        var lines = [page.heading(FieldName(name).label)] + page.remark(point)
        if answer["small_population"] == .bool(true) {
            lines += page.remark("Few customers: take shares and averages with caution.", style: .warning)
        }
        let charts = Ledger.views.first { $0.reportName == name }?.charts ?? []
        figures = ChartText.withoutDrawn(figures, charts: charts)
        lines += [""] + page.lines(of: figures)
        lines += ChartText(stream: page.stream, text: page.text).lines(of: answer, charts: charts)
        if let series = answer["series"]?.arrayValue, !series.isEmpty {
            lines += ["", page.heading("Over time")] + page.series(series, time: Self.time(of: series))
        }
        return lines
    }

    /// The member that says when a point of a series is: its day, else its moment.
    private static func time(of series: [JSONValue]) -> String {
        series.first?["on"] == nil ? "effective_at" : "on"
    }
}
