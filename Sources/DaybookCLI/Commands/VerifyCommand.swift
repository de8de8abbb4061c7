import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook verify`: is the ledger what was written?
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare everything that is stored with everything else, and name the first bad position.",
        discussion: """
            --log computes every leaf and node of the tree again from the stored lines, and compares them with the \
            tiles, the head and every checkpoint that was signed. --values reads and validates every event and \
            compares the indexes and columns, which searches answer from, with them. --views folds the views \
            again. Without any of them: --log and --values. Whoever has access to the files can compute the whole \
            tree anew: only a checkpoint that was kept elsewhere shows that, with --checkpoint and --key.
            """)

    @Flag(help: "Lines, tree, head, checkpoints and keys.")
    var log = false

    @Flag(help: "Every event, and the indexes.")
    var values = false

    @Flag(help: "The views, folded again from the log.")
    var views = false

    @Option(help: ArgumentHelp("A checkpoint that was kept outside.", valueName: "file"), completion: .file())
    var checkpoint: String?

    @Option(
        help: ArgumentHelp(
            "The ledger's public key as it was kept outside; may be given again.", valueName: "key"))
    var key: [String] = []

    @Option(
        help: ArgumentHelp(
            "Remember in this file how far it came, and go on from there the next time.", valueName: "file"),
        completion: .file())
    var resume: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if checkpoint != nil, key.isEmpty {
            throw ValidationError("--checkpoint needs --key: a checkpoint is worth what its signature is.")
        }
    }

    func run() async throws {
        var request = VerificationRequest()
        request.log = log || checkpoint != nil || !(values || views)
        request.values = values || !(log || views)
        request.views = views
        request.checkpoint = try checkpoint.map { try InputFile.bytes(of: $0) }
        request.keys = key
        request.resume = resume
        let progress = Progress("Verifying", unit: "events", talk: Console.talk)
        let remedy =
            "Keep a copy of the ledger's folder as it is: it is evidence. Restore the last sound backup elsewhere."
        let answer = try await advising(remedy, when: .verificationFailed) {
            try await advising("Make one: daybook init --ledger \(location.folder)", when: .notFound) {
                [request] in
                try await Ledger.verify(
                    location.folder, request, progress: { progress.update(done: $0, of: $1) })
            }
        }
        try report(answer, seconds: progress.finish())
    }

    private func report(_ answer: JSONValue, seconds: Double) throws {
        let console = format.console
        let findings = answer["findings"]?.arrayValue ?? []
        try console.print(answer: answer) {
            findings.isEmpty ? [] : console.page(zone: nil).table(of: findings).lines(on: console.stream)
        }
        guard let first = findings.first else {
            let checked = answer["checked"]?.integerValue ?? 0
            let rate = seconds > 0 ? ", \(Figures.count(Int(Double(checked) / seconds))) a second" : ""
            return console.say(
                "All is as it was written: \(Figures.counted(checked, "event")) in "
                    + "\(Figures.duration(seconds: seconds))\(rate).", style: .good)
        }
        console.say("The ledger is not what was written: \(first["message"]?.stringValue ?? "")", style: .bad)
        console.say(
            "Keep a copy of its folder as it is: it is evidence. Restore the last sound backup elsewhere.")
        throw ExitStatus.verificationFailed
    }
}
