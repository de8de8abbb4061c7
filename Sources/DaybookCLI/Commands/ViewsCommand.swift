import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook views`: what is derived from the log.
struct ViewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "views",
        abstract: "The views: what is derived from the log and can always be made again.",
        discussion: """
            A rebuild makes a new generation beside the live one. See what would change with diff, let it take over \
            with cutover, and go back with rollback.
            """,
        subcommands: [
            ViewsListCommand.self, ViewsRebuildCommand.self, ViewsDiffCommand.self, ViewsCutoverCommand.self,
            ViewsRollbackCommand.self, ViewsHistoryCommand.self, ViewsVerifyCommand.self,
        ])
}

/// `daybook views list`.
struct ViewsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All views, with how far they have read, and all generations.")

    @Flag(help: "The generations instead of the views.")
    var generations = false

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let console = format.console
        let page = console.page(zone: ledger.zone)
        if generations {
            let generations = try await ledger.generations()
            try console.print(records: generations) {
                Self.table(
                    generations,
                    ["generation", "live", "made_at", "actor", "build", "position", "customers"],
                    page)
            }
            if generations.isEmpty {
                console.say("There is none yet: daybook views rebuild\(location.repeated)")
            }
            return
        }
        let views = try await ledger.status()["views"]?.arrayValue ?? []
        try console.print(records: views) { page.table(of: views).lines(on: console.stream) }
    }

    /// A table of some members of records.
    static func table(_ records: [JSONValue], _ names: [String], _ page: Page) -> [String] {
        guard !records.isEmpty else { return [] }
        return Table(
            columns: names.map { name in
                page.text.column(FieldName.label(ofPath: name), of: records.map { $0[name] })
            },
            rows: records.map { record in names.map { page.text.cell(record[$0], named: FieldName($0)) } }
        ).lines(on: page.stream)
    }
}

/// `daybook views rebuild`.
struct ViewsRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build a new generation of all views beside the live one.",
        discussion: """
            The log is only read, and can be written meanwhile. The live generation stays in use; Ctrl-C, kill -9 or \
            a full disk change nothing and leave nothing to clean up. The first generation of a ledger is live at once.
            """)

    @Flag(help: "Extract every fact again from the sealed lines, into a lane of its own.")
    var fromLog = false

    @Option(
        help: ArgumentHelp(
            "Only fold this customer again from the sealed lines, and compare with what is served.",
            valueName: "id"))
    var customer: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if fromLog, customer != nil {
            throw ValidationError("--customer reads the sealed lines in any case: leave out --from-log.")
        }
    }

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let console = format.console
        if let customer { return try await refold(customer, ledger, console) }
        let extracting = Progress("Extracting", unit: "events", talk: Console.talk)
        let keeping = Progress("Keeping rows", unit: "customers", talk: Console.talk)
        let answer = try await ledger.rebuildViews(fromLog: fromLog, by: ActorName.name(nil)) {
            stage, done, total in
            switch stage {
            case .extracting: extracting.update(done: done, of: total)
            case .keeping: keeping.update(done: done, of: total)
            }
        }
        let seconds = extracting.finish()
        try console.print(answer: answer) {
            console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        let id = answer["generation"]?.integerValue ?? 0
        console.say("Built generation \(id) in \(Figures.duration(seconds: seconds)).", style: .good)
        let next = answer["live"] == .bool(true) ? "views verify" : "views diff, then views cutover"
        console.say("Next: daybook \(next)\(location.repeated)")
    }

    private func refold(_ customer: String, _ ledger: Ledger, _ console: Console) async throws {
        let answer = try await advising(
            "See who is there: daybook customers\(location.repeated)", when: .notFound
        ) {
            try await ledger.refoldCustomer(customer)
        }
        try console.print(answer: answer) {
            console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        guard answer["same"] == .bool(true) else {
            console.say("The views of \(customer) differ from the log.", style: .bad)
            console.say("Make them again: daybook views rebuild --from-log\(location.repeated)")
            throw ExitStatus.verificationFailed
        }
        console.say("The views of \(customer) are what the log says.", style: .good)
    }
}

/// `daybook views diff`.
struct ViewsDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What two generations differ in: who moved from what to what, and why.",
        discussion: """
            The generations are compared as they last stood. Each change has its cause: other rules of the views \
            (rules), policy, time, event, late_knowledge or correction; unknown where this program does not have \
            the rules of the newer one. --cause rules shows what switching alone would change.
            """)

    @Argument(help: "The older generation. (default: the live one)")
    var from: Int?

    @Argument(help: "The newer generation. (default: the newest)")
    var to: Int?

    @Option(
        help: ArgumentHelp("Only changes of these causes, with commas.", valueName: "causes"))
    var cause: String?

    @OptionGroup var difference: DifferenceOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    private static let causes = [
        "rules", "policy", "time", "event", "late_knowledge", "correction", "unknown",
    ]

    func validate() throws {
        for name in causes ?? [] where !Self.causes.contains(name) {
            throw ValidationError("--cause \(name) is none of \(Self.causes.joined(separator: ", ")).")
        }
    }

    private var causes: [String]? { cause.map { $0.split(separator: ",").map(String.init) } }

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let console = format.console
        let answer = try await ledger.diffViews(
            from: from, to: to, causes: causes, fields: difference.paths,
            limit: difference.shown(by: console))
        try DifferencePage(answer, console: console, zone: ledger.zone).print()
        if console.format == .table { console.say("Next: daybook views cutover\(location.repeated)") }
        try difference.judge(answer, console)
    }
}

/// `daybook views cutover`.
struct ViewsCutoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cutover",
        abstract: "Make a generation live: from one moment to the next.")

    @Argument(help: "The generation. (default: the newest)")
    var generation: Int?

    @OptionGroup var author: SwitchOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let answer = try await ledger.cutOverViews(to: generation, by: author.authorship)
        try format.console.print(answer: answer) {
            format.console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        format.console.say("Generation \(answer["generation"]?.integerValue ?? 0) is live.", style: .good)
        format.console.say("Next: daybook views rollback\(location.repeated) would go back")
    }
}

/// `daybook views rollback`.
struct ViewsRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make the generation live again that was live before.")

    @OptionGroup var author: SwitchOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let answer = try await ledger.rollBackViews(by: author.authorship)
        try format.console.print(answer: answer) {
            format.console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        format.console.say(
            "Generation \(answer["generation"]?.integerValue ?? 0) is live again.", style: .good)
        if let needed = answer["needs"]?.stringValue {
            format.console.say("It needs \(needed): this program does not answer any more.", style: .warning)
        }
    }
}

/// `daybook views history`.
struct ViewsHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract:
            "Which generation was made live when, by whom, with which program, and how many moved by it.")

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let changes = try await ledger.viewHistory()
        let console = format.console
        try console.print(records: changes) {
            ViewsListCommand.table(
                changes, ["time", "action", "generation", "before", "moved", "actor", "reason", "build"],
                console.page(zone: ledger.zone))
        }
        if changes.isEmpty, console.format == .table {
            console.say("No generation was made live yet: daybook views rebuild\(location.repeated)")
        }
    }
}

/// `daybook views verify`.
struct ViewsVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Fold the whole log again and compare the result with the views, byte by byte.")

    @Option(
        help: ArgumentHelp(
            "Only so many customers, spread evenly; this proves nothing of the others. (default: all)",
            valueName: "number"),
        transform: Count.parse)
    var sample: Int?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let progress = Progress(
            "Verifying", unit: sample == nil ? "events" : "customers", talk: Console.talk)
        let answer = try await ledger.verifyViews(sample: sample) { done, total in
            progress.update(done: done, of: total)
        }
        let seconds = progress.finish()
        let console = format.console
        try console.print(answer: answer) {
            console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        guard answer["same"] != .bool(false) else {
            console.say("The views differ from the log.", style: .bad)
            console.say(
                "Make them again: daybook views rebuild --from-log, then views cutover\(location.repeated)")
            throw ExitStatus.verificationFailed
        }
        let whose = sample == nil ? "The views are" : "The views of the sample are"
        console.say("\(whose) what the log says, in \(Figures.duration(seconds: seconds)).", style: .good)
    }
}

/// Who switches, and why.
struct SwitchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why: it is kept in the history.", valueName: "text"))
    var reason = ""

    @Option(
        help: ArgumentHelp("Who: it is kept in the history. (default: your user name)", valueName: "name"))
    var actor: String?

    /// Who and why.
    var authorship: Authorship { Authorship(actor: ActorName.name(actor), reason: reason) }
}
