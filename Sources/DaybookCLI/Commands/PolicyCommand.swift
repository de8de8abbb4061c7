import ArgumentParser
import Daybook
import Events
import Importing
import Terminal

/// `daybook policy`: thresholds and model choices.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Thresholds and model choices, as data with a history of their own.",
        discussion: """
            A policy is a YAML file of parameters; those that it leaves out have their defaults. Adopting one is an \
            event: it holds from then on, and the past keeps its own.
            """,
        subcommands: [
            PolicyShowCommand.self, PolicyListCommand.self, PolicySuggestCommand.self,
            PolicyAdoptCommand.self, PolicyTryCommand.self,
        ])
}

/// The form of a policy.
enum PolicyFormat: String, ExpressibleByArgument, CaseIterable {
    case yaml
    case json
}

/// `daybook policy show`.
struct PolicyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "The policy at any point in time, each parameter with its meaning, unit, default and source.",
        discussion: "What it prints can be changed and adopted: daybook policy show > policy.yaml")

    @Option(help: "The form of the answer. (default: yaml)")
    var format: PolicyFormat?

    @Flag(help: "The same as --format json.")
    var json = false

    @OptionGroup var point: PointOptions
    @OptionGroup var location: LedgerOptions

    func validate() throws {
        if json, format == .yaml { throw ValidationError("--json and --format yaml exclude each other.") }
    }

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location, await: point.await)
        switch json ? .json : format ?? .yaml {
        case .yaml: try Console.output.write(try await ledger.policyText(at: point.question))
        case .json:
            let policy = try await ledger.policy(at: point.question)
            try Console.output.write(JSONText.pretty(policy) + "\n")
        }
    }
}

/// `daybook policy list`.
struct PolicyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All policies: since when, by whom, why, and what each changed.")

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let policies = try await ledger.policies()
        let console = format.console
        try console.print(records: policies) {
            let text = console.page(zone: ledger.zone).text
            let columns = ["position", "effective_from", "holds", "actor", "reason", "changed"]
            let table = Table(
                columns: columns.map { name in
                    text.column(FieldName.label(ofPath: name), of: policies.map { $0[name] })
                },
                rows: policies.map { policy in
                    columns.map { text.cell(policy[$0], named: FieldName($0)) }
                })
            return table.lines(on: console.stream)
        }
        if console.format == .table {
            console.say("One of them: daybook policy show --effective-at TIME\(location.repeated)")
        }
    }
}

/// `daybook policy adopt`.
struct PolicyAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Adopt a policy from a moment on; what was before it keeps its own.",
        discussion: "See what would change first: daybook policy try FILE")

    @Argument(help: "A YAML or JSON file; - is standard input.", completion: .file())
    var file: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "From when on. RFC 3339, or a date, which is the end of that day; may lie in the future. (default: now)",
            valueName: "time"),
        transform: PointOptions.effective)
    var effectiveAt: TimeArgument = .now

    @OptionGroup var author: AuthorOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let policy = try PolicyInput.read(file)
        let ledger = try await OpenLedger.toWrite(location)
        let answer = try await ledger.adoptPolicy(policy, from: effectiveAt, by: author.authorship)
        let console = format.console
        let changes = answer["changes"]?.arrayValue ?? []
        try console.print(answer: answer) {
            changes.isEmpty
                ? [] : console.page(zone: ledger.zone).table(of: changes).lines(on: console.stream)
        }
        let text = FieldText(zone: ledger.zone)
        let since = text.text(answer["effective_from"] ?? .null, named: FieldName("effective_from"))
        guard let position = answer["position"]?.integerValue else {
            console.say("That policy holds there already: nothing was written.")
            return
        }
        console.say(
            "Adopted from \(since) on: \(Figures.counted(changes.count, "parameter")) changed. It is event @\(position).",
            style: .good)
        console.say("Next: daybook compare --from @\(position)\(location.repeated) shows whom it moved")
    }
}

/// Reads a policy file, and says of each mistake in which line it is.
enum PolicyInput {
    static func read(_ path: String) throws -> JSONValue {
        let name = path == "-" ? "standard input" : path
        let remedy = "A policy with every parameter explained: daybook policy show"
        guard let text = String(validating: try InputFile.bytes(of: path), as: UTF8.self) else {
            throw Failure(.badData, "\(name) is not UTF-8.", remedy: remedy)
        }
        let file: PolicyFile
        do {
            file = try PolicyFile(parsing: text, named: name)
        } catch {
            throw Failure(.badData, error.description, remedy: remedy)
        }
        let problems = Ledger.problems(inPolicy: file.document)
        guard problems.isEmpty else {
            let lines = problems.map { problem in
                let place = file.line(of: problem.path).map { ", line \($0)" } ?? ""
                return
                    "\(name)\(place): \(problem.path): expected \(problem.expected), found \(problem.found)"
            }
            throw Failure(.badData, lines.joined(separator: "\n"), remedy: remedy)
        }
        return file.document
    }
}
