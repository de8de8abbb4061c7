import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook explain`: how a field of one customer came about.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "How a value came about: which events, by which rule, step by step.",
        discussion: """
            Fields are those of `daybook customer`, as dotted paths: value.tier, churn.risk, lifecycle.stage.
            The value is computed again from the events; where it comes out otherwise, the answer says so.
            """)

    @Argument(help: "The customer's id. One that was merged answers as the one that goes on.")
    var customer: String

    @Argument(help: "The field: a dotted path such as value.tier; a view's name for its whole row.")
    var field: String

    @OptionGroup var options: AnswerOptions

    func run() async throws {
        let (ledger, explanation) = try await advising(
            "See what there is: daybook customer \(customer)\(options.location.repeated)", when: .notFound
        ) {
            let ledger = try await options.looking(at: "explanation", ofCustomer: customer)
            return (ledger, try await ledger.explain(customer, field, at: options.question))
        }
        let console = options.console
        try console.print(answer: explanation.answer) {
            ExplanationPage(explanation, page: console.page(zone: ledger.zone)).lines
        }
        guard explanation.isRecomputed else {
            console.say("The steps do not lead to the value that is shown.", style: .bad)
            console.say("Compare the views with the log: daybook views verify\(options.location.repeated)")
            throw ExitStatus.verificationFailed
        }
    }
}

/// An explanation as it can be read to the customer.
struct ExplanationPage {
    /// So many steps are shown, the latest ones.
    private static let mostSteps = 40

    private let explanation: Explanation
    private let answer: JSONValue
    private let page: Page
    private let name: FieldName

    init(_ explanation: Explanation, page: Page) {
        self.explanation = explanation
        self.page = page
        answer = explanation.answer
        name = FieldName(answer["field"]?.stringValue ?? "")
    }

    var lines: [String] {
        [title] + remark + [""] + rule + parameters + steps + amendments + verdict
    }

    private var title: String {
        let label = FieldName.label(ofPath: answer["field"]?.stringValue ?? "")
        return page.heading("\(label) of \(explanation.customer): \(text(answer["value"] ?? .null))")
    }

    private var remark: [String] {
        page.remark(PointLine.text(.object(JSONObject(explanation.point.members)), text: page.text))
    }

    private func text(_ value: JSONValue) -> String { page.text.text(value, named: name) }

    private var rule: [String] {
        guard let rule = answer["rule"]?.stringValue else {
            return ["No rule is written down for this field.", ""]
        }
        let source = answer["source"]?.stringValue.map { page.remark("Source: " + $0) } ?? []
        return page.remark(rule, style: .plain) + source + [""]
    }

    /// The parameters with what they do: those that a rule names, and where it names a group, all of the group.
    private var parameters: [String] {
        guard let named = answer["parameters"]?.objectValue, !named.isEmpty else { return [] }
        var rows: [[Table.Cell]] = []
        for member in named {
            let members = Ledger.policyParameters.filter {
                $0.path == member.name || $0.path.hasPrefix(member.name + ".")
            }
            for parameter in members {
                let rest = parameter.path.dropFirst(member.name.count + 1)
                let value =
                    rest.isEmpty ? member.value : member.value.value(at: String(rest)) ?? parameter.standard
                rows.append([
                    Table.Cell(parameter.path), Table.Cell(JSONText.compact(value)),
                    Table.Cell(parameter.unit),
                    Table.Cell(parameter.meaning),
                ])
            }
        }
        let table = Table(
            columns: [
                .init("Parameter", isCuttable: false), .init("Value", alignment: .trailing), .init("Unit"),
                .init("What it does"),
            ], rows: rows)
        return table.lines(on: page.stream, indent: 2) + [""]
    }

    private var steps: [String] {
        let steps = answer["steps"]?.arrayValue ?? []
        guard !steps.isEmpty else {
            return page.remark(
                "Nothing has happened that would change it: it is so for everybody at first.", style: .plain)
        }
        let shown = steps.suffix(Self.mostSteps)
        let table = Table(
            columns: [
                .init("When", isCuttable: false), .init("What happened"),
                page.text.column("Before", of: shown.map { $0["before"] }),
                page.text.column("After", of: shown.map { $0["after"] }),
            ],
            rows: shown.map { step in
                let (before, after) = cells(of: step)
                return [
                    page.text.cell(step["time"], named: FieldName("time")), Table.Cell(event(of: step)),
                    before, after,
                ]
            })
        let omitted = steps.count - shown.count
        let note =
            omitted > 0
            ? page.remark("\(Figures.counted(omitted, "earlier step")) left out. For all: --format json") : []
        return note + table.lines(on: page.stream, indent: 2) + comparison(steps.last)
    }

    /// What all customers contribute, and what of this one is held against it.
    private func comparison(_ step: JSONValue?) -> [String] {
        guard let step, step["by"] == "population" else { return [] }
        let sides = [("all customers", step["population"]), (explanation.customer, step["own"])]
        var rows: [[Table.Cell]] = []
        for (who, figures) in sides {
            for member in figures?.objectValue ?? JSONObject() {
                rows.append([
                    Table.Cell(who), Table.Cell(FieldName.label(ofPath: member.name)),
                    page.text.cell(member.value, named: FieldName(member.name)),
                ])
            }
        }
        let table = Table(
            columns: [.init("Of"), .init("Figure", isCuttable: false), .init("Value")], rows: rows)
        return [""] + table.lines(on: page.stream, indent: 2)
    }

    /// The value before and after; to more digits where a person's digits do not tell them apart.
    private func cells(of step: JSONValue) -> (before: Table.Cell, after: Table.Cell) {
        let cells = (page.text.cell(step["before"], named: name), page.text.cell(step["after"], named: name))
        guard cells.0.text == cells.1.text, let before = step["before"], let after = step["after"],
            before != after
        else {
            return cells
        }
        return (Table.Cell(JSONText.compact(before)), Table.Cell(JSONText.compact(after)))
    }

    private func event(of step: JSONValue) -> String {
        guard let position = step["event"]?.integerValue else {
            return step["by"] == "population" ? "held against all customers" : "time passed"
        }
        let entry = explanation.events[UInt64(position)] ?? .null
        let id = entry["id"]?.stringValue.map { " " + $0 } ?? ""
        return "\(entry["type"]?.stringValue ?? "event")\(id) @\(position)"
    }

    private var amendments: [String] {
        guard !explanation.amendments.isEmpty else { return [] }
        return ["", page.heading("Put right since")]
            + explanation.amendments.flatMap { page.remark("  " + sentence($0), style: .plain) }
    }

    private func sentence(_ amendment: Explanation.Amendment) -> String {
        switch amendment {
        case .void(let event, let act):
            "\(named(event)) does not count: withdrawn by \(place(act))\(reason(act))"
        case .correction(let event, let act):
            "\(named(event)) counts as \(place(act)) corrected it\(reason(act))"
        case .merge(let ended, let into, let act):
            "\(ended) goes on as \(into) since \(place(act))\(reason(act)): the events of both count"
        }
    }

    private func named(_ entry: JSONValue) -> String {
        "\(entry["type"]?.stringValue ?? "event") \(entry["id"]?.stringValue ?? "") @\(entry["position"]?.integerValue ?? 0)"
    }

    private func place(_ act: JSONValue) -> String {
        let actor = act["actor"]?.stringValue.map { " by \($0)" } ?? ""
        return "@\(act["position"]?.integerValue ?? 0)\(actor)"
    }

    private func reason(_ act: JSONValue) -> String {
        act.value(at: "data.reason")?.stringValue.map { " (\($0))" } ?? ""
    }

    private var verdict: [String] {
        guard explanation.isRecomputed else { return [] }
        return [""] + page.remark("Computed again from the events: the same value.")
    }
}
