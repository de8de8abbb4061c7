import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook policy suggest`.
struct PolicySuggestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest",
        abstract: "Values of parameters taken from your own customers, with the figures behind them.",
        discussion: """
            Nothing is changed. The interval is the median of what customers who came back took; a customer is \
            dormant and churned from the idle time on at which fewer than half and fewer than a quarter came back.
            """)

    @Option(
        help: ArgumentHelp(
            "Within what time a return counts: 90d, 26w. (default: the policy's horizon of churn)",
            valueName: "span"))
    var horizon: DaySpan?

    @OptionGroup var point: PointOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location, await: point.await)
        let answer = try await ledger.suggestPolicy(at: point.question, horizonDays: horizon?.days)
        let console = format.console
        if console.format == .csv {
            try console.print(records: answer["suggestions"]?.arrayValue ?? []) { [] }
            return
        }
        try console.print(answer: answer) { lines(answer, page: console.page(zone: ledger.zone)) }
        if console.format == .table {
            console.say("Nothing was changed. To change it: daybook policy show > policy.yaml, then")
            console.say("daybook policy adopt policy.yaml --reason TEXT\(location.repeated)")
        }
    }

    private func lines(_ answer: JSONValue, page: Page) -> [String] {
        var lines = [page.heading("Suggestions")]
        for suggestion in answer["suggestions"]?.arrayValue ?? [] {
            let name = suggestion["parameter"]?.stringValue ?? ""
            let current = JSONText.compact(suggestion["current"] ?? .null)
            let suggested = JSONText.compact(suggestion["suggested"] ?? .null)
            let change = suggested == "null" ? "\(current), nothing to suggest" : "\(current) → \(suggested)"
            lines.append("\(name): \(change)")
            lines += page.remark(suggestion["reason"]?.stringValue ?? "")
        }
        return lines + ["", page.heading("Figures")]
            + page.lines(of: answer["figures"]?.objectValue ?? JSONObject(), indent: 0)
    }
}
