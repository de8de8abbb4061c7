import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook attest`: the ledger stands by its views.
struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Put a Merkle root over all rows of the live generation into the log, as an event.",
        discussion: """
            From then on `daybook prove row CUSTOMER VIEW` shows to anybody, offline, what the ledger stood by. \
            The rows are those at the generation's position and moment, under its policy: daybook views rebuild \
            makes a new one.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who: it is written into the event. (default: DAYBOOK_ACTOR, or your user name)",
            valueName: "name"))
    var actor: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let remedy = "Make one: daybook views rebuild\(location.repeated)"
        let answer = try await advising(remedy, when: .notFound) {
            try await ledger.attest(by: ActorName.name(actor))
        }
        let console = format.console
        try console.print(answer: answer) {
            console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        console.say("Attested.", style: .good)
        console.say("Next: daybook prove row CUSTOMER VIEW\(location.repeated)")
    }
}
