public import ArgumentParser
import Daybook
import Events
import FoundationEssentials
public import Importing
import Terminal

/// `daybook import`: takes over history.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over history: JSON Lines or CSV, plain or gzip, from files or standard input.",
        discussion: """
            Without a mapping, the lines are CloudEvents; with one, whatever your system writes (daybook help mapping). \
            Importing a file twice changes nothing and says so, and an import that was interrupted is resumed by \
            running it again.
            """)

    @Argument(help: "The files, in order; - is standard input.", completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp("The mapping file: how records become events.", valueName: "yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var mapping: String?

    @Option(
        help: ArgumentHelp(
            "When the events count as recorded: now; effective, when they happened; or field, what each says itself.",
            valueName: "now|effective|field"))
    var recorded: RecordedSource = .now

    @Flag(help: "Write nothing: show the first events, and what would be rejected and why.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Set bad lines aside in this file, with the reasons. It may hold personal data.",
            valueName: "file"),
        completion: .file())
    var rejects: String?

    @Option(
        help: ArgumentHelp(
            "Who imports: it is written into the log. (default: your user name)", valueName: "name"))
    var actor: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input can be read only once.")
        }
    }

    func run() async throws {
        let console = format.console
        let run = TakeoverRun(
            inputs: files.map(ImportInput.init(argument:)), mapping: try mapping.map(Self.readMapping),
            recorded: recorded, rejects: rejects)
        if dryRun {
            try rehearse(run, console)
            return
        }
        let ledger = try await OpenLedger.toWrite(location)
        let user = ProcessInfo.processInfo.environment["USER"] ?? ""
        let result = try run.take(into: ledger, actor: actor ?? (user.isEmpty ? "operator" : user))
        if console.format != .table { try console.print(answer: result.answer) { [] } }
        result.tell(console)
        if let rejects, result.tally.rejected > 0 {
            console.say("The rejected lines and their reasons: \(rejects)")
            throw ExitStatus.failed
        }
        console.say("Next: daybook customers\(location.repeated), or daybook report NAME\(location.repeated)")
    }

    private func rehearse(_ run: TakeoverRun, _ console: Console) throws {
        let rehearsal = try run.rehearse(showing: 3)
        switch console.format {
        case .table: try console.print(rehearsal.firstEvents.map(JSONText.pretty))
        case .json, .jsonl, .csv: try console.print(answer: rehearsal.answer) { [] }
        }
        rehearsal.result.tell(console)
        console.say("This was a dry run: nothing was written.")
        if rehearsal.result.tally.rejected > 0 { throw ExitStatus.failed }
    }

    private static func readMapping(_ path: String) throws -> Mapping {
        let text = String(decoding: try InputFile.bytes(of: path), as: UTF8.self)
        do {
            return try Mapping(yaml: text, file: path)
        } catch {
            throw Failure(
                .badData, error.description, remedy: "How mappings are written: daybook help mapping")
        }
    }
}

extension RecordedSource: ExpressibleByArgument {}
