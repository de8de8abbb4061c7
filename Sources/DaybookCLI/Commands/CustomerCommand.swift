import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook customer`: every view of one customer.
struct CustomerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer",
        abstract: "Every view of one customer, at any point in time.")

    @Argument(help: "The customer's id. One that was merged answers as the one that goes on.")
    var customer: String

    @Option(
        help: ArgumentHelp(
            "How these fields changed: dotted paths with commas, such as value.tier,lifecycle.stage.",
            valueName: "fields"))
    var history: String?

    @Flag(help: "Joined under the seven heads of a profile, from person to promotion.")
    var profile = false

    @Option(help: ArgumentHelp("Only these views, with commas.", valueName: "names"))
    var views: String?

    @OptionGroup var options: AnswerOptions

    func validate() throws {
        if customer.isEmpty { throw ValidationError("The customer's id is empty.") }
        if [profile, history != nil, views != nil].count(where: \.self) > 1 {
            throw ValidationError("--profile, --history and --views exclude one another.")
        }
    }

    func run() async throws {
        let remedy = "See who is there: daybook customers\(options.location.repeated)"
        try await advising(remedy, when: .notFound) {
            let ledger = try await options.looking(
                at: history == nil ? "customer page" : "customer history", ofCustomer: customer)
            if let history {
                try await printHistory(of: history.split(separator: ",").map(String.init), in: ledger)
            } else {
                try await printPage(of: ledger)
            }
        }
    }

    private func printPage(of ledger: Ledger) async throws {
        let console = options.console
        let labels = try await ledger.labels(at: options.question)
        let page = console.page(zone: ledger.zone, calling: labels)
        if profile {
            let answer = try await ledger.profile(of: customer, at: options.question)
            try console.print(answer: answer) {
                CustomerPage(answer, page: page).profileLines
            }
            return
        }
        let answer = try await ledger.customer(
            customer, at: options.question, views: views.map(CustomersCommand.list))
        try console.print(answer: answer) {
            CustomerPage(answer, page: page).lines
        }
    }

    private func printHistory(of fields: [String], in ledger: Ledger) async throws {
        let changes = try await ledger.history(of: customer, fields: fields, at: options.question)
        let console = options.console
        try console.print(records: changes) {
            changes.isEmpty
                ? [] : console.page(zone: ledger.zone).table(of: changes).lines(on: console.stream)
        }
        if changes.isEmpty, console.format == .table { console.say("Nothing of this ever changed.") }
    }
}

/// One customer as a page: what matters first, then view by view, in the order of the catalogue.
struct CustomerPage {
    private let answer: JSONValue
    private let page: Page

    init(_ answer: JSONValue, page: Page) {
        self.answer = answer
        self.page = page
    }

    var lines: [String] {
        var lines = [page.heading(answer["customer"]?.stringValue ?? "")]
        lines += headline
        if let aliases = answer["aliases"]?.arrayValue, !aliases.isEmpty {
            lines.append(
                "also known as "
                    + aliases.compactMap(\.stringValue).map(DisplayWidth.shown).joined(separator: ", "))
        }
        lines += page.remark(PointLine.text(answer, text: page.text))
        return lines + Ledger.views.flatMap { block(of: answer[$0.name], named: $0.name) }
    }

    /// The same under the heads of a profile.
    var profileLines: [String] {
        var lines = [page.heading(answer["customer"]?.stringValue ?? "")]
        lines += page.remark(PointLine.text(answer, text: page.text))
        for head in answer["heads"]?.objectValue ?? JSONObject() {
            lines += ["", page.heading("══ " + FieldName(head.name).label.uppercased() + " ══")]
            for view in head.value.objectValue ?? JSONObject() {
                lines += block(of: view.value, named: view.name)
            }
        }
        return lines
    }

    /// A view's row under its name; nothing where it says nothing.
    private func block(of row: JSONValue?, named name: String) -> [String] {
        let title = ["", page.heading(FieldName(name).label)]
        return switch row {
        case .object(let row): title + page.lines(of: row)
        case .array(let rows) where !rows.isEmpty:
            title + page.table(of: rows).lines(on: page.stream, indent: 2)
        default: []
        }
    }

    /// What matters first: a column for each view.
    private var headline: [String] {
        let fields = Headline.fields(of: answer)
        guard !fields.isEmpty else { return [] }
        let table = Table(
            columns: fields.map { Table.Column(FieldName.label(ofPath: $0.view)) },
            rows: [
                fields.map { field in
                    let text = page.text.text(field.value, named: FieldName(field.path))
                    return Table.Cell("\(FieldName(field.path).inlineLabel) \(text)", style: .strong)
                }
            ])
        return [""] + table.lines(on: page.stream, indent: 2) + [""]
    }
}

/// The few fields that stand for a customer, as each view of the catalogue names them.
enum Headline {
    struct Field {
        let path: String
        let value: JSONValue
        /// The view it is of.
        var view: String { path.split(separator: ".").first.map(String.init) ?? path }
    }

    /// The first field of each view for one customer; those that a view has no value for are left out.
    static func fields(of answer: JSONValue) -> [Field] {
        paths(in: [answer]).compactMap { $0.first }.compactMap { path in
            guard let value = answer.value(at: path), value != .null else { return nil }
            return Field(path: path, value: value)
        }
    }

    /// Choices of columns for a list of customers, from many to few: all that the views name, down to the first
    /// of each.
    static func choices(in answers: [JSONValue]) -> [[String]] {
        let views = paths(in: answers)
        var counts = views.map(\.count)
        var choices: [[String]] = []
        for kept in (1...max(1, counts.max() ?? 1)).reversed() {
            for view in views.indices.reversed() where counts[view] > kept {
                choices.append(zip(views, counts).flatMap { $0.prefix($1) })
                counts[view] = kept
            }
        }
        choices.append(zip(views, counts).flatMap { $0.prefix(min(1, $1)) })
        return choices
    }

    /// What each view names first, as dotted paths, in the order of the catalogue.
    private static func paths(in answers: [JSONValue]) -> [[String]] {
        Ledger.views.map { view in
            guard let row = answers.lazy.compactMap({ $0[view.name]?.objectValue }).first else { return [] }
            if !view.headline.isEmpty { return view.headline.map { "\(view.name).\($0)" } }
            let plain = row.first { member in
                switch member.value {
                case .string, .number, .bool: true
                case .null, .array, .object: false
                }
            }
            return plain.map { ["\(view.name).\($0.name)"] } ?? []
        }
    }
}

/// The point in time that an answer holds for, in one line.
enum PointLine {
    static func text(_ answer: JSONValue, text: FieldText) -> String {
        var pieces: [String] = []
        if let effective = answer["effective_at"] {
            pieces.append("as of " + text.text(effective, named: FieldName("effective_at")))
        }
        if let known = answer["known_at"], known != answer["effective_at"] {
            pieces.append("known by " + text.text(known, named: FieldName("known_at")))
        }
        if let position = answer["position"]?.integerValue {
            pieces.append(Figures.counted(position, "event") + " known")
        }
        return pieces.joined(separator: ", ")
    }
}
