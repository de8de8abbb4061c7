import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook export`: events as JSON Lines.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write events as JSON Lines, in the order in which they were recorded.",
        discussion: """
            Without --sealed, personal fields are opened, which the operator's key allows: treat the output as what \
            it is. With --sealed, lines are the bytes that storage holds and that are hashed.

            With --tiles, the whole ledger is written as a static transparency log (C2SP tlog-tiles) instead: signed \
            checkpoint, Merkle tiles and sealed lines, for any web host to serve and anybody to check. A folder that \
            was written before is brought up to date.
            """)

    @Flag(help: "The lines as they are stored and hashed: personal fields stay encrypted.")
    var sealed = false

    @Option(
        help: ArgumentHelp("Write a static transparency log into this folder.", valueName: "folder"),
        completion: .directory)
    var tiles: String?

    @OptionGroup var filters: TrailOptions
    @OptionGroup var reader: ReaderOptions
    @OptionGroup var location: LedgerOptions

    func run() async throws {
        if let tiles { return try await exportTiles(to: tiles) }
        var query = filters.query
        query.leavesSealed = sealed
        let (ledger, known) = try await OpenLedger.toLook(
            location, as: reader.reader, at: (["export"] + filters.names).joined(separator: " ")
        ) { [query] in try await $0.personalRead(of: query) }
        query.known = known
        let progress = Progress("Exporting", unit: "events", talk: Console.talk)
        var count: UInt64 = 0
        let newline: [UInt8] = [0x0A]
        try await ledger.export(query, sealed: sealed) { line in
            try Console.output.write(line)
            try Console.output.write(newline.span)
            count += 1
            if count.isMultiple(of: 1024) { progress.update(done: count) }
        }
        let seconds = progress.finish()
        Console.talk.say(
            "Exported \(Figures.counted(count, "event")) in \(Figures.duration(seconds: seconds)).")
    }

    private func exportTiles(to folder: String) async throws {
        let ledger = try await OpenLedger.signed(location, upTo: nil)
        let progress = Progress("Exporting", unit: "events", talk: Console.talk)
        let remedy = "Name an empty folder, and keep this one: it shows another history."
        let answer = try await advising(remedy, when: .verificationFailed) {
            try await ledger.exportTiles(to: folder) { progress.update(done: $0, of: $1) }
        }
        let seconds = progress.finish()
        let events = Figures.counted(answer["size"]?.integerValue ?? 0, "event")
        let files = Figures.counted(answer["files"]?.integerValue ?? 0, "file")
        Console.talk.say(
            "\(folder) holds \(events); \(files) written in \(Figures.duration(seconds: seconds)).")
        Console.talk.say("Check it: tools/verify.py tiles \(folder) --key KEY")
    }
}
