import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook event`: one event with what led to it and what followed.
struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "One event: who, when, why, and what followed from it.")

    @OptionGroup var event: EventOptions

    @Flag(help: "Draw what led to it and what followed, as a tree.")
    var tree = false

    @OptionGroup var reader: ReaderOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        if tree { return try await printTree() }
        let (ledger, answer) = try await advising(
            "Look for it: daybook trail\(location.repeated)", when: .notFound
        ) {
            let ledger = try await OpenLedger.toLook(location, as: reader.reader, at: "event page") {
                try await $0.personalRead(ofEvent: event.reference())
            }.ledger
            return (ledger, try await ledger.event(event.reference()))
        }
        let console = format.console
        try console.print(answer: answer) {
            let page = console.page(zone: ledger.zone)
            var object = answer.objectValue ?? JSONObject()
            let data = object["data"]?.objectValue ?? JSONObject()
            object["data"] = nil
            let title = [answer["type"], answer["customer"]].compactMap { $0?.stringValue }.joined(
                separator: "  ")
            let sections = [page.heading(title), ""] + page.lines(of: object)
            return data.isEmpty ? sections : sections + ["", page.heading("Data")] + page.lines(of: data)
        }
    }

    /// The tree names events only: it shows nothing personal.
    private func printTree() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let answer = try await advising("Look for it: daybook trail\(location.repeated)", when: .notFound) {
            try await ledger.causationTree(of: event.reference())
        }
        let console = format.console
        try console.print(answer: answer) {
            CausationTreePage(answer, page: console.page(zone: ledger.zone)).lines
        }
    }
}
