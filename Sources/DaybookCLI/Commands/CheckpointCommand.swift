import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook checkpoint`: the ledger's signed statement of how it stands.
struct CheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Sign how the ledger stands: its size and the root over all its events.",
        discussion: """
            Give the checkpoint to somebody else to keep: against it, any later change of the past shows. The \
            ledger never signs what does not continue what it signed before. --add keeps the cosignature of a \
            witness; --rotate-key takes a new key and destroys the old one, which signs once more, together with \
            the new one. More: daybook help proofs.
            """)

    @Flag(help: "Print the public key that proofs are checked with, and sign nothing.")
    var publicKey = false

    @Option(
        help: ArgumentHelp(
            "Keep a witness's cosignature: the checkpoint as the witness gave it back.", valueName: "file"),
        completion: .file())
    var add: String?

    @Option(help: ArgumentHelp("The public key of that witness: name+id+key.", valueName: "key"))
    var witnessKey: String?

    @Flag(help: "Take a new key to sign with, and destroy the old one.")
    var rotateKey = false

    @Option(
        help: ArgumentHelp(
            "The ledger's name on checkpoints, typed to confirm --rotate-key.", valueName: "name"))
    var confirm: String?

    @Option(help: ArgumentHelp("Where to write it. (default: standard output)", valueName: "file"))
    var output: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if (add == nil) != (witnessKey == nil) {
            throw ValidationError("--add and --witness-key belong together: whose cosignature is it?")
        }
        if [publicKey, add != nil, rotateKey].count(where: { $0 }) > 1 {
            throw ValidationError("--public-key, --add and --rotate-key are different things: one at a time.")
        }
        if rotateKey, confirm == nil {
            throw ValidationError(
                "--rotate-key destroys the old key: confirm it with --confirm and the ledger's name.")
        }
    }

    func run() async throws {
        let console = format.console
        if publicKey {
            let ledger = try await OpenLedger.toRead(location)
            let key = try ledger.publicKey()
            if console.format == .table { return try OutputFile.write(key + "\n", to: output) }
            return try console.print(answer: ["origin": .string(ledger.origin), "public_key": .string(key)]) {
                []
            }
        }
        let answer = try await answer(console)
        let note = answer["checkpoint"]?.stringValue ?? ""
        if console.format == .table || output != nil { try OutputFile.write(note, to: output) }
        if console.format != .table { try console.print(answer: answer) { [] } }
    }

    private func answer(_ console: Console) async throws -> JSONValue {
        if let add, let witnessKey {
            let note = try InputFile.bytes(of: add)
            let ledger = try await OpenLedger.toWrite(location)
            let remedy = "Give the witness what this prints: daybook checkpoint\(location.repeated)"
            return try await advising(remedy, when: .verificationFailed) {
                try await ledger.addCosignature(note, of: witnessKey)
            }
        }
        if rotateKey {
            let ledger = try await OpenLedger.toWrite(location)
            let answer = try await ledger.rotateKey(confirming: confirm ?? "")
            console.say(
                "A new key signs from now on. Give it to whoever checks: daybook checkpoint --public-key")
            return answer
        }
        return try await OpenLedger.signed(location, upTo: nil).checkpoint()
    }
}
