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
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location)
        let answer = try await advising("Look for it: daybook trail\(location.repeated)", when: .notFound) {
            try await ledger.event(event.reference())
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
}
