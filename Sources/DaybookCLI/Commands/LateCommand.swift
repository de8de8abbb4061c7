import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook late`: how late events arrive, and which answers that has made out of date.
struct LateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "late",
        abstract: "How late events arrive, by source and type, and which answers that has made out of date.",
        discussion: """
            Limits are in the policy, in hours by source: lateness: {limits: {"urn:shop": 24, "*": 72}}. Answers are \
            not kept in the ledger: give the tokens of those that you hold, or the JSON files you saved them in. \
            Ends with status 1 where a limit is exceeded or an answer is out of date.
            """)

    @Option(
        name: .customLong("check"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Answers to look at: tokens, or JSON files with answers.", valueName: "token|file"))
    var checks: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only what was recorded from then on. RFC 3339, a date, or @position.", valueName: "time"),
        transform: PointOptions.known)
    var recordedFrom: TimeArgument?

    @Option(help: ArgumentHelp("Only events of this source.", valueName: "uri"))
    var source: String?

    @Option(help: ArgumentHelp("Only events of this type.", valueName: "type"))
    var type: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let tokens = try checks.flatMap(Self.tokens)
        let ledger = try await OpenLedger.toRead(location)
        let answer = try await ledger.lateness(
            LatenessQuery(recordedFrom: recordedFrom, source: source, type: type), tokens: tokens)
        let console = format.console
        let sources = answer["sources"]?.arrayValue ?? []
        if console.format == .csv || console.format == .jsonl {
            try console.print(records: sources) { [] }
        } else {
            try console.print(answer: answer) { lines(answer, console.page(zone: ledger.zone)) }
        }
        let late = sources.count { ($0["over_limit"]?.integerValue ?? 0) > 0 }
        let outdated = (answer["tokens"]?.arrayValue ?? []).count { $0["outdated"] == true }
        if sources.isEmpty { console.say("There is no event.") }
        if late > 0 {
            console.say("Over the limit: \(Figures.counted(late, "kind")) of events.", style: .bad)
        }
        if outdated > 0 {
            console.say("Out of date: \(Figures.counted(outdated, "answer")).", style: .bad)
            console.say("What changed: daybook compare --from TOKEN\(location.repeated)")
        }
        if late + outdated > 0 { throw ExitStatus.failed }
    }

    /// The tokens that an argument means: itself, or those in a file of answers.
    private static func tokens(_ argument: String) throws -> [ReportToken] {
        if let token = try? ReportToken(parsing: argument) { return [token] }
        let bytes = try InputFile.bytes(of: argument)
        var texts: [String] = []
        if let whole = try? JSONValue(parsing: bytes.span) {
            collect(whole, &texts)
        } else {
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                if let value = try? JSONValue(parsing: Array(line).span) { collect(value, &texts) }
            }
        }
        guard !texts.isEmpty else {
            throw Failure(
                .badData, "\(argument) is no token, and no JSON with answers.",
                remedy: "Save answers with --json; each carries its token.")
        }
        return try texts.map { try ReportToken(parsing: $0) }
    }

    private static func collect(_ value: JSONValue, _ texts: inout [String]) {
        switch value {
        case .array(let elements): for element in elements { collect(element, &texts) }
        case .object(let object):
            if let text = object["token"]?.stringValue, !texts.contains(text) { texts.append(text) }
            for member in object { collect(member.value, &texts) }
        case .null, .bool, .number, .string: break
        }
    }

    private func lines(_ answer: JSONValue, _ page: Page) -> [String] {
        let sources = answer["sources"]?.arrayValue ?? []
        let spans = ["median", "p90", "p99", "worst", "limit"]
        let columns = ["source", "type", "n", "planned"] + spans + ["over_limit", "worst_event"]
        var lines: [String] = []
        if !sources.isEmpty {
            lines = Table(
                columns: columns.map { name in
                    spans.contains(name)
                        ? Table.Column(FieldName.label(ofPath: name), alignment: .trailing)
                        : page.text.column(FieldName.label(ofPath: name), of: sources.map { $0[name] })
                },
                rows: sources.map { source in
                    columns.map { name in
                        guard spans.contains(name) else {
                            return page.text.cell(source[name], named: FieldName(name))
                        }
                        let seconds = source[name]?.numberValue
                        return seconds.map { Table.Cell(Figures.duration(seconds: $0)) } ?? .unknown
                    }
                }
            ).lines(on: page.stream)
        }
        let tokens = answer["tokens"]?.arrayValue ?? []
        guard !tokens.isEmpty else { return lines }
        lines += ["", page.heading("Answers")]
        return lines
            + ViewsListCommand.table(
                tokens, ["effective_at", "position", "outdated", "late_events", "acts", "first"], page)
    }
}
