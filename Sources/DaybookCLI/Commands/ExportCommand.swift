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
            """)

    @Flag(help: "The lines as they are stored and hashed: personal fields stay encrypted.")
    var sealed = false

    @OptionGroup var filters: TrailOptions
    @OptionGroup var reader: ReaderOptions
    @OptionGroup var location: LedgerOptions

    func run() async throws {
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
}
