import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook check-proof`: checks proofs without a ledger.
struct CheckProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-proof",
        abstract: "Check proofs and checkpoints with nothing but a public key.",
        discussion: """
            No ledger is needed, and none is looked at. Ends with status 0 where everything holds, else with 2 \
            and the reason. Get the key from somebody you trust, not from where the proof came from.
            """)

    @Argument(help: "The proofs: C2SP tlog-proofs, bundles in JSON, checkpoints.", completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "The ledger's public key, name+id+key; again for each key that it had.", valueName: "key"))
    var key: [String]

    @Option(
        help: ArgumentHelp(
            "The key of a witness who must have signed too; may be given again.", valueName: "key"))
    var witness: [String] = []

    @Option(
        help: ArgumentHelp("The sealed line, where the proof does not bring it.", valueName: "file"),
        completion: .file())
    var line: String?

    @OptionGroup var format: FormatOptions

    func run() async throws {
        let check = ProofCheck(try Trust(keys: key, witnesses: witness))
        var line = try line.map { try InputFile.bytes(of: $0) }
        if line?.last == 0x0A { line?.removeLast() }
        var answers: [JSONValue] = []
        for file in files {
            let bytes = try InputFile.bytes(of: file)
            var answer = JSONObject([("file", .string(file)), ("holds", .bool(true))])
            do throws(LedgerError) {
                for member in try check.check(bytes, line: line).objectValue ?? JSONObject() {
                    answer[member.name] = member.value
                }
            } catch {
                guard error.category == .verification else { throw error }
                answer["holds"] = .bool(false)
                answer["reason"] = .string(error.message)
            }
            answers.append(.object(answer))
        }
        try report(answers)
    }

    private func report(_ answers: [JSONValue]) throws {
        let console = format.console
        if answers.count == 1, let answer = answers.first {
            try console.print(answer: answer) {
                console.page(zone: nil).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
            }
        } else {
            try console.print(records: answers) {
                console.page(zone: nil).table(of: answers).lines(on: console.stream)
            }
        }
        let failed = answers.filter { $0["holds"] == .bool(false) }
        guard let first = failed.first else {
            return console.say(
                answers.count == 1 ? "The proof holds." : "All \(answers.count) proofs hold.", style: .good)
        }
        console.say("The proof does not hold: \(first["reason"]?.stringValue ?? "")", style: .bad)
        if answers.count > 1 { console.say("\(failed.count) of \(answers.count) do not hold.", style: .bad) }
        throw ExitStatus.verificationFailed
    }
}
