import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook prove`: proofs that need neither this ledger nor its server to be checked.
struct ProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Make a proof that anybody can check with the public key alone.",
        discussion:
            "Check it with: daybook check-proof FILE --key KEY, or tools/verify.py. More: daybook help proofs.",
        subcommands: [
            ProveInclusionCommand.self, ProveConsistencyCommand.self, ProveCustomerCommand.self,
            ProveRowCommand.self,
        ])
}

/// Where a proof goes.
struct ProofOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where to write the proof. (default: standard output)", valueName: "file"))
    var output: String?

    /// Writes a proof, and says how to check it.
    func write(_ proof: String, _ console: Console) throws {
        try OutputFile.write(proof, to: output)
        guard let output, output != "-" else { return }
        console.say("Wrote \(output).", style: .good)
        console.say(
            "Check it: daybook check-proof \(output) --key KEY, with the key of daybook checkpoint --public-key"
        )
    }

    /// Writes a bundle.
    func write(_ bundle: JSONValue, _ console: Console) throws {
        try write(JSONText.compact(bundle) + "\n", console)
    }
}

/// `daybook prove inclusion`.
struct ProveInclusionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inclusion",
        abstract: "Prove that an event is in the ledger: a C2SP tlog-proof with the sealed line in it.")

    @OptionGroup var event: EventOptions
    @OptionGroup var proof: ProofOptions
    @OptionGroup var location: LedgerOptions

    func run() async throws {
        let position = try await advising("Look for it: daybook trail\(location.repeated)", when: .notFound) {
            let ledger = try await OpenLedger.toRead(location)
            defer { try? ledger.close() }
            return try ledger.position(of: event.reference())
        }
        let ledger = try await OpenLedger.signed(location, upTo: position + 1)
        try proof.write(try await ledger.proveInclusion(of: .position(position)), Console(format: .table))
    }
}

/// `daybook prove consistency`.
struct ProveConsistencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Prove that the ledger still begins with what an earlier checkpoint states.")

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("The earlier checkpoint, as it was kept outside.", valueName: "checkpoint"),
        completion: .file())
    var earlier: String

    @OptionGroup var proof: ProofOptions
    @OptionGroup var location: LedgerOptions

    func run() async throws {
        let note = try InputFile.bytes(of: earlier)
        let ledger = try await OpenLedger.signed(location, upTo: nil)
        let remedy =
            "Keep a copy of the ledger's folder and of the checkpoint: one of them is not what it was."
        try await advising(remedy, when: .verificationFailed) {
            try proof.write(try await ledger.proveConsistency(from: note), Console(format: .table))
        }
    }
}

/// `daybook prove customer`.
struct ProveCustomerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer",
        abstract: "Prove all events of one customer, those of merged ids too, and that they are all.",
        discussion: """
            Each event comes as its sealed line with its proof. That there are no others the ledger states by \
            its signature, which only whoever may read its signing key can make.
            """)

    @Argument(help: "The customer's id.")
    var customer: String

    @OptionGroup var proof: ProofOptions
    @OptionGroup var location: LedgerOptions

    func run() async throws {
        let ledger = try await OpenLedger.signed(location, upTo: nil)
        let remedy = "Look for the customer: daybook customers\(location.repeated)"
        try await advising(remedy, when: .notFound) {
            try proof.write(try await ledger.proveCustomer(customer), Console(format: .table))
        }
    }
}

/// `daybook prove row`.
struct ProveRowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "row",
        abstract: "Prove what the ledger stood by about one customer in one view, when it was last attested.")

    @Argument(help: "The customer's id.")
    var customer: String

    @Argument(help: "The view.")
    var view: String

    @Option(
        help: ArgumentHelp("An earlier attestation: the id of its event, or @POSITION.", valueName: "event"))
    var attestation: String?

    @OptionGroup var proof: ProofOptions
    @OptionGroup var location: LedgerOptions

    func run() async throws {
        let reference = try attestation.map { try EventReference(parsing: $0) }
        let ledger = try await OpenLedger.signed(location, upTo: nil)
        let remedy = "Attest the views first: daybook attest\(location.repeated)"
        try await advising(remedy, when: .notFound) {
            let bundle = try await ledger.proveRow(of: customer, in: view, attestedBy: reference)
            try proof.write(bundle, Console(format: .table))
        }
    }
}
