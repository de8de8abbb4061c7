public import ArgumentParser
public import Daybook
import Events
import Terminal

/// `daybook model`: what forecasts rest on.
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "The models that forecasts rest on: fit them, and see which hold.",
        discussion: """
            A fit is recorded as an event. A question as of some time uses the models that had been trained and \
            recorded by then, never later ones. Fit again every month, or when a tenth more purchases have come.
            """,
        subcommands: [ModelFitCommand.self, ModelShowCommand.self])
}

extension ModelFamily: ExpressibleByArgument {}

/// `daybook model fit`.
struct ModelFitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Fit models to what is known, and record them.",
        discussion: """
            value: how often customers buy and whether they have left (BG/NBD, MBG/NBD), and how much they spend \
            (Gamma-Gamma). churn: what complaints and answers add to the risk, learned from who did not come back.
            """)

    @Argument(help: "What to fit: value or churn.")
    var family: ModelFamily

    @Option(
        help: ArgumentHelp(
            "Who: it is written into the event. (default: DAYBOOK_ACTOR, or your user name)",
            valueName: "name"))
    var actor: String?

    @OptionGroup var point: PointOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let report = try await advising(
            "Questions are answered without a model: churn risk from return rates, no predicted value.",
            when: .failed
        ) {
            try await ledger.fitModels(
                family, at: point.question, by: ActorName.name(actor))
        }
        let console = format.console
        try console.print(answer: report.answer) {
            console.page(zone: ledger.zone).lines(of: report.answer.objectValue ?? JSONObject(), indent: 0)
        }
        for warning in report.warnings { console.say("Note: \(warning).", style: .warning) }
        let places = report.recorded.map { "\($0.model) @\($0.position)" }.joined(separator: ", ")
        console.say("Recorded: \(places).", style: .good)
        console.say("Next: daybook report churn\(location.repeated)")
    }
}

/// `daybook model show`.
struct ModelShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The models that stand at a point, with their parameters.")

    @OptionGroup var point: PointOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toRead(location, await: point.await)
        let models = try await ledger.models(at: point.question)
        let console = format.console
        try console.print(records: models) {
            models.isEmpty ? [] : console.page(zone: ledger.zone).table(of: models).lines(on: console.stream)
        }
        if models.isEmpty, console.format == .table {
            console.say("No model was fitted yet. Next: daybook model fit value\(location.repeated)")
        }
    }
}
