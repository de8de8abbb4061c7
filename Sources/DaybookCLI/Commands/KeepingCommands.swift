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

/// `daybook views`: what is derived from the log.
struct ViewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "views",
        abstract: "The views: what is derived from the log and can always be made again.",
        subcommands: [ViewsListCommand.self, ViewsRebuildCommand.self, ViewsVerifyCommand.self])
}

/// `daybook views list`.
struct ViewsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All views, with how far they have read.")

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let views = try await ledger.status()["views"]?.arrayValue ?? []
        let console = format.console
        try console.print(records: views) {
            console.page(zone: ledger.zone).table(of: views).lines(on: console.stream)
        }
    }
}

/// `daybook views rebuild`.
struct ViewsRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make all views again from the log.",
        discussion:
            "The log is only read. The views in use stay in use until the new ones are complete; Ctrl-C changes nothing."
    )

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let progress = Progress("Rebuilding", unit: "events", talk: Console.talk)
        let answer = try await ledger.rebuildViews { done, total in progress.update(done: done, of: total) }
        let seconds = progress.finish()
        let console = format.console
        try console.print(answer: answer) {
            console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        console.say("Rebuilt the views in \(Figures.duration(seconds: seconds)).", style: .good)
        console.say("Next: daybook views verify\(location.repeated)")
    }
}

/// `daybook views verify`.
struct ViewsVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Fold the whole log again and compare the result with the views, byte by byte.")

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let progress = Progress("Verifying", unit: "events", talk: Console.talk)
        let answer = try await ledger.verifyViews { done, total in progress.update(done: done, of: total) }
        let seconds = progress.finish()
        let console = format.console
        try console.print(answer: answer) {
            console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        guard answer["same"] != .bool(false) else {
            console.say("The views differ from the log.", style: .bad)
            console.say("Make them again: daybook views rebuild\(location.repeated)")
            throw ExitStatus.verificationFailed
        }
        console.say(
            "The views are what the log says, in \(Figures.duration(seconds: seconds)).", style: .good)
    }
}
