import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook policy try`: what if.
struct PolicyTryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "What would change under another policy, at any point in time; nothing is written.",
        discussion: """
            Who would move from which tier, stage or band to which, the event that decides it, and the figures of \
            the reports before and after. --fail-over ends with status 1 where too many would move.
            """)

    @Argument(help: "A YAML or JSON file; - is standard input.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "The point: a time or a date, @position, or both with a comma, or a token.", valueName: "point"),
        transform: CompareCommand.point)
    var at: Question?

    @OptionGroup var difference: DifferenceOptions
    @OptionGroup var options: AnswerOptions

    func validate() throws {
        if at != nil, options.question != Question() {
            throw ValidationError(
                "--at names a point by itself: leave out --effective-at, --known-at and --token.")
        }
    }

    func run() async throws {
        let policy = try PolicyInput.read(file)
        let console = options.console
        let (answer, zone) = try await options.answering("policy try") {
            try await $0.tryPolicy(
                policy, at: at ?? options.question, fields: difference.paths,
                limit: difference.shown(by: console))
        }
        try DifferencePage(answer, console: console, zone: zone).print()
        if console.format == .table, answer["parameters"]?.arrayValue?.isEmpty == true {
            console.say("That policy holds there already.")
        } else {
            console.say("Next: daybook policy adopt \(file) --reason TEXT\(options.location.repeated)")
        }
        try difference.judge(answer, console)
    }
}

/// Which differences are shown, and how many are too many.
struct DifferenceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these fields: dotted paths with commas. (default: what views name first and is a word)",
            valueName: "fields"))
    var fields: String?

    @Option(
        help: ArgumentHelp(
            "List at most so many changes. (default: 20 on a terminal, else all)", valueName: "number"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "End with status 1 where more than this part of the customers would move.", valueName: "percent"))
    var failOver: Double?

    /// The fields as paths.
    var paths: [String]? { fields.map { $0.split(separator: ",").map(String.init) } }

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative.") }
        if let failOver, !(0...100).contains(failOver) {
            throw ValidationError("--fail-over is a percentage from 0 to 100.")
        }
    }

    /// How many changes are listed.
    func shown(by console: Console) -> Int? {
        limit ?? (console.stream.isTerminal && console.format == .table ? 20 : nil)
    }

    /// Ends with status 1 where more move than were allowed.
    func judge(_ answer: JSONValue, _ console: Console) throws {
        guard let failOver, let share = answer["share"]?.numberValue, share * 100 > failOver else { return }
        let percent = (share * 1_000).rounded() / 10
        console.say("\(percent) % of the customers would move, more than \(failOver.text12) %.", style: .bad)
        throw ExitStatus.failed
    }
}

/// A difference as a page: how many go from what to what, the figures before and after, and who.
struct DifferencePage {
    private let answer: JSONValue
    private let console: Console
    private let zone: Zone

    init(_ answer: JSONValue, console: Console, zone: Zone) {
        self.answer = answer
        self.console = console
        self.zone = zone
    }

    func print() throws {
        let changes = answer["changes"]?.arrayValue ?? []
        switch console.format {
        case .csv, .jsonl: try console.print(records: changes) { [] }
        case .json: try console.print(answer: answer) { [] }
        case .table: try console.print(lines)
        }
    }

    private var lines: [String] {
        let page = console.page(zone: zone)
        let moved = answer["moved"]?.integerValue ?? 0
        let all = answer["customers"]?.integerValue ?? 0
        var lines = [
            page.heading("\(Figures.count(moved)) of \(Figures.counted(all, "customer")) would move")
        ]
        lines += page.remark(PointLine.text(answer, text: page.text))
        lines += section("Parameters", answer["parameters"], page)
        lines += section("From what to what", answer["flows"], page)
        lines += section("Before and after", Self.changed(answer["totals"]), page)
        lines += figures(page)
        let changes = answer["changes"]?.arrayValue ?? []
        lines += section("Who", .array(changes), page)
        let flows = answer["flows"]?.arrayValue ?? []
        let total = flows.compactMap { $0["customers"]?.integerValue }.reduce(0, +)
        if changes.count < total {
            lines += page.remark("\(Figures.count(changes.count)) of \(Figures.counted(total, "change")).")
        }
        return lines
    }

    /// Figures of all kinds stand in one column.
    private func figures(_ page: Page) -> [String] {
        guard let figures = answer["reports"]?.arrayValue, !figures.isEmpty else { return [] }
        let table = Table(
            columns: [
                .init("Report"), .init("Figure"), .init("From", alignment: .trailing),
                .init("To", alignment: .trailing),
            ],
            rows: figures.map { figure in
                let path = figure["figure"]?.stringValue ?? ""
                let name = FieldName(path.split(separator: ".").last.map(String.init) ?? path)
                return [Table.Cell(figure["report"]?.stringValue ?? ""), Table.Cell(path)]
                    + ["from", "to"].map { page.text.cell(figure[$0], named: name) }
            })
        return ["", page.heading("Figures of the reports")] + table.lines(on: console.stream, indent: 2)
    }

    private func section(_ title: String, _ records: JSONValue?, _ page: Page) -> [String] {
        guard let records = records?.arrayValue, !records.isEmpty else { return [] }
        return ["", page.heading(title)] + page.table(of: records).lines(on: console.stream, indent: 2)
    }

    private static func changed(_ totals: JSONValue?) -> JSONValue {
        .array((totals?.arrayValue ?? []).filter { $0["before"] != $0["after"] })
    }
}
