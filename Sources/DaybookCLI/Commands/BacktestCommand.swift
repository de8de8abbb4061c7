import ArgumentParser
import Daybook
import Drawing
import Events
import Terminal

/// `daybook backtest`: how good predictions would have been.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Predict at a past date with what was known then, and score what followed.",
        discussion: """
            The models are fitted again, strictly to what had been recorded by the date; models that were recorded \
            are not used. Events that were imported later than they happened were not known then: --known-at now \
            tests with what is known today.

            The base lines are honest: time since the last purchase alone, everybody at the base rate, everybody \
            going on as before, nobody buying.
            """)

    @Argument(
        help: "What is predicted: churn (no purchase within the horizon) or value (how many purchases).")
    var family: ModelFamily

    @Option(
        help: ArgumentHelp("The past point: RFC 3339 or a date.", valueName: "time"),
        transform: PointOptions.effective)
    var at: TimeArgument

    @Option(help: ArgumentHelp("How far ahead: 90d, 26w, 12m.", valueName: "span"))
    var horizon: DaySpan

    @Option(
        help: ArgumentHelp(
            "Also as a series, one test every so often: 30d, 4w, 3m. Months are those of the calendar.",
            valueName: "step"))
    var every: DayStep?

    @Option(
        help: ArgumentHelp(
            "What had been recorded by then: RFC 3339, a date, or @position. (default: the point itself)",
            valueName: "time|@position"),
        transform: PointOptions.known)
    var knownAt: TimeArgument?

    @Option(
        help: ArgumentHelp("Also write it as a page with pictures that stands alone.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var html: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if at == .now { throw ValidationError("--at must lie in the past: the horizon has to be over.") }
    }

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let answer = try await ledger.backtest(
            BacktestQuery(
                family, at: at, knownAt: knownAt, horizonDays: horizon.days, every: every?.step))
        if let html { try BacktestHTML(family, answer, zone: ledger.zone).write(to: html) }
        let console = format.console
        if console.format == .csv, let series = answer["series"]?.arrayValue {
            try console.print(records: series) { [] }
            return
        }
        try console.print(answer: answer) { lines(answer, page: console.page(zone: ledger.zone)) }
    }

    private func lines(_ answer: JSONValue, page: Page) -> [String] {
        var figures = answer.objectValue ?? JSONObject()
        let series = (figures["series"]?.arrayValue ?? []).map { entry in
            // Ten parts a row would hide what a series is looked at for.
            var row = entry.objectValue ?? JSONObject()
            for name in ["deciles", "horizon_days", "baselines"] { row[name] = nil }
            return JSONValue.object(row)
        }
        figures["series"] = nil
        var lines = [page.heading("Backtest: \(family.rawValue)")] + page.lines(of: figures, indent: 0)
        lines += ChartText(stream: page.stream, text: page.text)
            .lines(of: answer, charts: BacktestCharts.all)
        if !series.isEmpty {
            lines += ["", page.heading("Over time")] + page.series(series, time: "at")
        }
        return lines
    }
}
