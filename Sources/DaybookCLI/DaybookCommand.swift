import ArgumentParser

/// The command line: `daybook`.
@main
struct DaybookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "An event-sourced customer ledger.")
}
