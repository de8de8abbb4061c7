import ArgumentParser
import Daybook
import Events
import Glibc
import Terminal

/// The command line: `daybook`.
@main
struct DaybookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "A ledger of customer events that answers as of any point in time.",
        discussion: """
            Every customer action is an event that is never changed. Value tiers, lifecycle stages, churn risk and \
            satisfaction are folded from the events: as they stood at --effective-at, as they were known at \
            --known-at.

            Begin with: daybook init, then daybook import FILE, then daybook customers.
            More help: daybook help time, formats, filters, mapping, proofs or exit-codes.
            """,
        version: Build.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Writing",
                subcommands: [
                    InitCommand.self, AppendCommand.self, CorrectCommand.self, VoidCommand.self,
                    MergeCommand.self,
                    SplitCommand.self, ImportCommand.self,
                ]),
            CommandGroup(
                name: "Asking",
                subcommands: [
                    CustomerCommand.self, CustomersCommand.self, ReportCommand.self, ExplainCommand.self,
                    CompareCommand.self, LateCommand.self, SQLCommand.self,
                    TrailCommand.self, EventCommand.self, ExportCommand.self,
                ]),
            CommandGroup(
                name: "Acting",
                subcommands: [
                    QueueCommand.self, AtRiskCommand.self, CareCommand.self, WinBackCommand.self,
                ]),
            CommandGroup(
                name: "Proving",
                subcommands: [
                    CheckpointCommand.self, AttestCommand.self, ProveCommand.self, CheckProofCommand.self,
                    VerifyCommand.self,
                    EvidenceCommand.self,
                ]),
            CommandGroup(
                name: "Forecasting", subcommands: [ModelCommand.self, BacktestCommand.self]),
            CommandGroup(
                name: "Keeping",
                subcommands: [
                    StatusCommand.self, DoctorCommand.self, ViewsCommand.self, PolicyCommand.self,
                    SchemaCommand.self,
                    SynthesizeCommand.self,
                ]),
        ])

    /// Parses, runs, and ends with the status of what happened.
    static func main() async {
        ProcessMemory.keepFreed()
        Interruption.prepare()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            LogLines.begin()
            if let topic = HelpTopic(arguments: arguments) {
                try Console(format: .table).print(topic.lines)
            } else {
                try await run(arguments)
            }
            try Console.output.flush()
        } catch {
            end(with: error)
        }
    }

    private static func run(_ arguments: [String]) async throws {
        try checkName(of: arguments.first)
        var command = try parseAsRoot(arguments)
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    /// Refuses a command that there is not, with the one that was probably meant.
    private static func checkName(of word: String?) throws {
        guard let word, !word.hasPrefix("-"), word != "help" else { return }
        let names = configuration.groupedSubcommands.flatMap(\.subcommands).compactMap {
            $0.configuration.commandName
        }
        guard !names.contains(word), !word.hasPrefix("__") else { return }
        let near = NearNames.nearest(to: word, among: names)
        let hint =
            near.isEmpty
            ? "All commands: daybook --help" : "Did you mean: daybook \(near.joined(separator: " or "))?"
        throw Failure(.usage, "There is no command \(word).", remedy: hint)
    }

    /// Says what went wrong and ends. What the argument parser throws is told by the argument parser: help on
    /// standard output, mistakes on standard error with status 64.
    private static func end(with error: any Error) -> Never {
        Console.talk.clearBar()
        if let status = error as? ExitStatus {
            flushAndExit(status)
        }
        let parsed = exitCode(for: error)
        guard parsed == .failure else { exit(withError: error) }
        let failure = Failure(error)
        failure.tell(Console.talk)
        flushAndExit(failure.status)
    }

    /// What was printed before a failure is data all the same.
    private static func flushAndExit(_ status: ExitStatus) -> Never {
        do { try Console.output.flush() } catch {
            Failure(error).tell(Console.talk)
            Glibc.exit(ExitStatus.inputOutput.rawValue)
        }
        Glibc.exit(status.rawValue)
    }
}
