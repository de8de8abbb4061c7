import ArgumentParser
import Daybook
import Events
import Terminal

/// What all queues take.
struct QueueOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("At most so many. (default: 20 on a terminal, else all)", valueName: "number"),
        transform: Count.parse)
    var limit: Int?

    @OptionGroup var options: AnswerOptions

    /// Asks for a queue and prints it.
    func print(_ name: String) async throws {
        let console = options.console
        let isShortened = limit == nil && console.stream.isTerminal && console.format == .table
        let (made, zone) = try await options.answering("list \(name)") { ledger in
            (
                answer: try await ledger.queue(
                    name, limit: isShortened ? Self.screenful : limit, at: options.question),
                labels: try await ledger.labels(at: options.question)
            )
        }
        let answer = made.answer
        let entries = answer["entries"]?.arrayValue ?? []
        if console.format == .csv || console.format == .jsonl {
            try console.print(records: entries) { [] }
            return
        }
        let page = console.page(zone: zone, calling: made.labels)
        try console.print(answer: answer) {
            QueuePage(name, answer, page: page).lines
        }
        guard console.format == .table, let count = answer["n"]?.integerValue else { return }
        if count == 0 {
            console.say("Nobody is waiting.")
        } else if entries.count < count {
            console.say("\(entries.count) of \(count). For more: --limit N; for all of them: --format csv")
        }
    }

    private static let screenful = 20
}

/// A queue as a page: one block a customer, with why in words and the events that say so.
struct QueuePage {
    private let name: String
    private let answer: JSONValue
    private let page: Page

    init(_ name: String, _ answer: JSONValue, page: Page) {
        self.name = name
        self.answer = answer
        self.page = page
    }

    var lines: [String] {
        let meaning = Ledger.queues.first { $0.name == name }?.meaning ?? ""
        var lines = [page.heading(meaning)] + page.remark(PointLine.text(answer, text: page.text))
        for entry in answer["entries"]?.arrayValue ?? [] {
            lines += [""] + block(of: entry)
        }
        return lines
    }

    private func block(of entry: JSONValue) -> [String] {
        let rank = entry["rank"]?.integerValue ?? 0
        let facts = (entry.objectValue ?? JSONObject()).filter {
            !["rank", "customer", "reasons"].contains($0.name) && $0.value != .null
        }
        .map { fact in
            let name = FieldName(fact.name)
            return "\(name.inlineLabel) \(page.text.text(fact.value, named: name))"
        }
        .joined(separator: " · ")
        let reasons = (entry["reasons"]?.arrayValue ?? []).map { reason in
            let events = (reason["events"]?.arrayValue ?? []).compactMap(\.integerValue).map { "@\($0)" }
            let text = DisplayWidth.shown(reason["text"]?.stringValue ?? "")
            return "      " + text + (events.isEmpty ? "" : " (\(events.joined(separator: ", ")))")
        }
        return [page.heading("\(rank). \(entry["customer"]?.stringValue ?? "")")] + page.remark("   " + facts)
            + reasons
    }
}

/// `daybook queue`: what is open, by value, urgency and interaction.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Whose complaint or need to take up next, and why.")

    @OptionGroup var options: QueueOptions

    func run() async throws { try await options.print("queue") }
}

/// `daybook at-risk`: who may not come back.
struct AtRiskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "at-risk", abstract: "Who may not buy again, and why.")

    @OptionGroup var options: QueueOptions

    func run() async throws { try await options.print("at-risk") }
}

/// `daybook care`: whose day it is soon.
struct CareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "care", abstract: "Whom to wish well in the next days, and for what.")

    @OptionGroup var options: QueueOptions

    func run() async throws { try await options.print("care") }
}

/// `daybook win-back`: who is gone and might come back.
struct WinBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "win-back", abstract: "Who is gone, why, and worth an offer.")

    @OptionGroup var options: QueueOptions

    func run() async throws { try await options.print("win-back") }
}
