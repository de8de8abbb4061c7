import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook init`: makes a ledger.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a ledger, its keys and its first policy.",
        discussion: """
            The zone decides where a day ends, the currency is the one that reports are in; neither can be changed \
            later, because every past answer depends on them.
            """)

    @OptionGroup var location: LedgerOptions

    @Option(help: ArgumentHelp("The time zone of the business, as IANA names it.", valueName: "zone"))
    var zone = "UTC"

    @Option(help: ArgumentHelp("The reporting currency, as ISO 4217 names it.", valueName: "code"))
    var currency = "USD"

    @Option(
        help: ArgumentHelp(
            "The name that signed checkpoints carry. (default: daybook.local/ and 16 random hex digits)",
            valueName: "name"))
    var origin: String?

    @OptionGroup var format: FormatOptions

    func validate() throws {
        do {
            _ = try Zone(identifier: zone)
            _ = try Currency(code: currency)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() async throws {
        let remedy = "Use the one that is there, or name a new folder with --ledger PATH."
        let ledger = try await advising(remedy, when: .conflict) {
            try await Ledger.create(at: location.folder, zone: zone, currency: currency, origin: origin)
        }
        let console = format.console
        let answer = try await ledger.status()
        if console.format != .table { try console.print(answer: answer) { [] } }
        console.say("Made the ledger \(location.folder): zone \(zone), currency \(currency).")
        console.say("Its secret keys are in \(location.folder)/keys. Back them up apart from the ledger.")
        console.say(
            "Next: daybook import FILE\(location.repeated), or daybook append FILE\(location.repeated)")
    }
}
