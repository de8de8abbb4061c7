import ArgumentParser
import Daybook
import Events
import FoundationEssentials
import Terminal

/// `daybook evidence`: everything about one customer, readable and provable.
struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract:
            "Everything about one customer in a folder: to be read, and to be checked without this ledger.",
        discussion: """
            For a request for access, or a dispute. The folder holds index.html (to be read, nothing else is needed \
            for it), evidence.json (the same for programs), proof.json (every event as it is stored, with its \
            proof), checkpoint.txt and key.txt. Personal values are in the clear: keep it as what it is.
            """)

    @Argument(help: "The customer's id. One that was merged answers as the one that goes on.")
    var customer: String

    @Option(
        help: ArgumentHelp("The folder to write: a new one, or an empty one.", valueName: "folder"),
        completion: .directory)
    var output: String

    @OptionGroup var reader: ReaderOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let folder = try EvidenceFolder(output)
        let evidence = try await advising(
            "See who is there: daybook customers\(location.repeated)", when: .notFound
        ) {
            try await writeDownRead()
            let ledger = try await OpenLedger.signed(location, upTo: nil)
            let evidence = try await ledger.evidence(of: customer)
            try folder.write(evidence, zone: ledger.zone)
            return evidence
        }
        let console = format.console
        let events = evidence.account["events"]?.arrayValue?.count ?? 0
        try console.print(answer: [
            "customer": .string(evidence.customer), "folder": .string(output),
            "events": .number(Double(events)), "files": .array(EvidenceFolder.files.map { .string($0) }),
        ]) { [] }
        console.say(
            "Wrote \(Figures.counted(events, "event")) of \(evidence.customer) with their proofs to \(output).",
            style: .good)
        console.say("Read it: \(output)/index.html")
        console.say("Check it: daybook check-proof \(output)/proof.json --key KEY")
    }

    /// A ledger is open once in a process: the one that says who is there is given up before the next.
    private func writeDownRead() async throws {
        _ = try await OpenLedger.toLook(location, as: reader.reader, at: "evidence") { ledger in
            try await ledger.personalRead(ofCustomer: customer)
        }
    }
}

/// The folder that evidence is written to.
struct EvidenceFolder {
    static let files = ["index.html", "evidence.json", "proof.json", "checkpoint.txt", "key.txt"]

    private let path: String

    /// Takes a folder that is empty, or makes it: readable by its owner only.
    init(_ path: String) throws {
        self.path = path
        var isFolder = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder else {
                throw Failure(.usage, "\(path) is a file.", remedy: "Name a folder that is not there yet.")
            }
            guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
                throw Failure(
                    .usage, "\(path) is not empty: evidence is not mixed with other files.",
                    remedy: "Name a folder that is not there yet.")
            }
        }
    }

    /// Writes all files.
    func write(_ evidence: Evidence, zone: Zone) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .inputOutput, "\(path) cannot be made: \(error).", remedy: "Check its parent folder.")
        }
        let contents = [
            EvidencePage(evidence, zone: zone).html, JSONText.pretty(evidence.account) + "\n",
            JSONText.compact(evidence.proof) + "\n", evidence.checkpoint, evidence.publicKey + "\n",
        ]
        for (file, content) in zip(Self.files, contents) {
            try OutputFile.write(content, to: path + "/" + file)
        }
    }
}
