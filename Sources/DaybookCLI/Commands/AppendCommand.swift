import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook append`: writes events.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append one event, a JSON array of events, or JSON Lines.",
        discussion: """
            All events of one call are written together or not at all, and are on disk when the command ends. An \
            event that is there already, with the same source, id and content, is answered with "exists".

            Working calendars, exchange rates and labels are events too, of the ledger itself: source "daybook:", no \
            subject, type calendar.published, rate.published or dimension.published. See daybook schema show TYPE.
            """)

    @Argument(help: "The file; - or nothing reads standard input.", completion: .file())
    var file: String?

    @Option(
        help: ArgumentHelp(
            "Only where the customer has no event yet (none), has some (exists), or has exactly N.",
            valueName: "none|exists|N"),
        transform: AppendCommand.expectation)
    var expect: RevisionExpectation?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let text = try InputFile.bytes(of: file)
        let ledger = try await OpenLedger.toWrite(location)
        let report = try await ledger.append(text, expecting: expect)
        let console = format.console
        let records = report.outcomes.map(Self.record)
        try console.print(records: records) {
            console.page(zone: nil).table(of: records).lines(on: console.stream)
        }
        console.say(summary(report), style: .good)
        if report.createdCount > 0, let last = report.outcomes.map(\.position).max() {
            console.say(
                "Read what you wrote: daybook trail --after \(max(0, Int(last) - report.createdCount))\(location.repeated)"
            )
        }
    }

    @Sendable private static func expectation(_ text: String) throws -> RevisionExpectation {
        do { return try RevisionExpectation(parsing: text) } catch { throw ValidationError(error.message) }
    }

    private static func record(_ outcome: AppendReport.Outcome) -> JSONValue {
        let name = if case .created = outcome { "created" } else { "exists" }
        return ["position": .number(Double(outcome.position)), "outcome": .string(name)]
    }

    private func summary(_ report: AppendReport) -> String {
        if report.outcomes.isEmpty { return "There was nothing to append." }
        if report.createdCount == 0 {
            return "\(Figures.counted(report.existedCount, "event")) had been there already; nothing changed."
        }
        let existed =
            report.existedCount > 0 ? "; \(Figures.count(report.existedCount)) had been there already" : ""
        return "Appended \(Figures.counted(report.createdCount, "event"))\(existed)."
    }
}
