import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook status`: how the ledger stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the ledger stands: its size, its last event, its views.")

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let answer = try await ledger.status()
        let console = format.console
        try console.print(answer: answer) {
            let page = console.page(zone: ledger.zone)
            return [page.heading(location.folder), ""] + page.lines(of: answer.objectValue ?? JSONObject())
        }
    }
}

/// `daybook doctor`: is everything as it should be?
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that the ledger and its surroundings are sound; each finding with its remedy.")

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let checks = await Ledger.examine(location.folder)
        let console = format.console
        try console.print(records: checks) { Self.lines(checks, console) }
        let outcomes = checks.compactMap { $0["outcome"]?.stringValue }
        let failed = outcomes.count { $0 == "fail" }
        let warned = outcomes.count { $0 == "warn" }
        if failed > 0 {
            console.say("\(Figures.counted(failed, "check")) failed.", style: .bad)
            throw ExitStatus.failed
        }
        console.say(
            warned > 0 ? "Sound, with \(Figures.counted(warned, "warning"))." : "All is well.", style: .good)
        console.say("Every byte of the log is checked by: daybook verify\(location.repeated)")
    }

    private static func lines(_ checks: [JSONValue], _ console: Console) -> [String] {
        checks.flatMap { check -> [String] in
            let outcome = check["outcome"]?.stringValue ?? ""
            let name = DisplayWidth.padded(check["check"]?.stringValue ?? "", to: nameWidth)
            let mark = TextStyle(ofCode: outcome).apply(
                to: DisplayWidth.padded(outcome, to: 4), colour: console.stream.usesColour)
            let indent = String(repeating: " ", count: nameWidth + 8)
            let room = console.stream.columns.map { max(20, $0 - nameWidth - 8) } ?? Int.max
            let finding = wrapped(check["finding"]?.stringValue ?? "", room)
            let remedy = check["remedy"]?.stringValue.map { wrapped("→ " + $0, room) } ?? []
            return ["\(mark)  \(name)  \(finding[0])"] + (finding.dropFirst() + remedy).map { indent + $0 }
        }
    }

    private static let nameWidth = 20

    private static func wrapped(_ text: String, _ room: Int) -> [String] {
        DisplayWidth.wrapped(DisplayWidth.shown(text), to: room)
    }
}
