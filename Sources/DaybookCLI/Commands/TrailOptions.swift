import ArgumentParser
import Daybook

/// The filters of an auditor's question: all that are given must hold.
struct TrailOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Events of this customer, under all ids that were merged.", valueName: "id"))
    var customer: String?

    @Option(help: ArgumentHelp("Events of this type; complaint.* for all that begin so.", valueName: "type"))
    var type: String?

    @Option(
        help: ArgumentHelp("Happened then or later: RFC 3339 or a date.", valueName: "time"),
        transform: PointOptions.effective)
    var from: TimeArgument?

    @Option(
        help: ArgumentHelp("Happened then or earlier: RFC 3339 or a date.", valueName: "time"),
        transform: PointOptions.effective)
    var to: TimeArgument?

    @Option(
        help: ArgumentHelp(
            "Recorded then or later: RFC 3339, a date, or @position.", valueName: "time|@position"),
        transform: PointOptions.known)
    var recordedFrom: TimeArgument?

    @Option(
        help: ArgumentHelp(
            "Recorded then or earlier: RFC 3339, a date, or @position.", valueName: "time|@position"),
        transform: PointOptions.known)
    var recordedTo: TimeArgument?

    @Option(help: ArgumentHelp("Done by this actor (authid).", valueName: "name"))
    var actor: String?

    @Option(help: ArgumentHelp("Through this channel.", valueName: "channel"))
    var channel: String?

    @Option(help: ArgumentHelp("From this source.", valueName: "uri"))
    var source: String?

    @Option(help: ArgumentHelp("Of this conversation (correlationid).", valueName: "id"))
    var correlation: String?

    @Option(help: ArgumentHelp("Caused by this event (causationid).", valueName: "id"))
    var causation: String?

    @Option(
        help: ArgumentHelp(
            "With these words anywhere in the data; personal values are opened for it, unless --sealed.",
            valueName: "words"))
    var text: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "With these values: 'data.total > 100 and data.currency = EUR'.", valueName: "expression"))
    var condition: String?

    func validate() throws {
        if let text, text.isEmpty { throw ValidationError("--text is empty: every event has that.") }
        let names: [(String, String?)] = [
            ("customer", customer), ("type", type), ("actor", actor), ("channel", channel),
            ("source", source),
            ("correlation", correlation), ("causation", causation), ("where", condition),
        ]
        for (name, value) in names where value?.isEmpty == true {
            throw ValidationError("--\(name) is empty. Leave it out, or say what it should be.")
        }
    }

    /// The filters that are given, without what they ask for: that may be personal.
    var names: [String] {
        let given: [(String, Bool)] = [
            ("--customer", customer != nil), ("--type", type != nil), ("--from", from != nil),
            ("--to", to != nil), ("--recorded-from", recordedFrom != nil),
            ("--recorded-to", recordedTo != nil), ("--actor", actor != nil), ("--channel", channel != nil),
            ("--source", source != nil), ("--correlation", correlation != nil),
            ("--causation", causation != nil), ("--text", text != nil), ("--where", condition != nil),
        ]
        return given.filter(\.1).map(\.0)
    }

    /// The filters as the ledger takes them.
    var query: TrailQuery {
        var query = TrailQuery()
        query.customer = customer
        query.type = type
        query.from = from
        query.to = to
        query.recordedFrom = recordedFrom
        query.recordedTo = recordedTo
        query.actor = actor
        query.channel = channel
        query.source = source
        query.correlation = correlation
        query.causation = causation
        query.text = text
        query.condition = condition
        return query
    }
}
