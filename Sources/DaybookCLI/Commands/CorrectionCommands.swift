import ArgumentParser
import Daybook
import Events
import Terminal

/// Which event a command is about.
struct EventOptions: ParsableArguments {
    @Argument(help: "The event's id, or @POSITION.")
    var event: String

    @Option(help: ArgumentHelp("The event's source, where two sources use the same id.", valueName: "uri"))
    var source: String?

    /// The event as the ledger names it.
    func reference() throws -> EventReference {
        try EventReference(parsing: event, source: source)
    }
}

/// How a change by hand is made.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Say what would change in the views, and write nothing.")
    var dryRun = false

    @OptionGroup var author: AuthorOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions
}

extension HandAct {
    /// Performs or previews the act, and prints what it changes: the customers that it is about field by field,
    /// others in numbers.
    func run(_ done: String, _ change: ChangeOptions, next: (UInt64) -> String) async throws {
        let (author, location) = (change.author, change.location)
        let ledger = try await OpenLedger.toWrite(location)
        let records = try ledger.recordsAccess()
        if records { ledger.watchReads() }
        let effect = try await advising("Look for it: daybook trail\(location.repeated)", when: .notFound) {
            change.dryRun
                ? try await ledger.preview(self, by: author.authorship)
                : try await ledger.perform(self, by: author.authorship)
        }
        // What changes of a person may be personal: who looks is who acts.
        if records {
            let what = effect.position == nil ? "preview of a correction" : "effect of a correction"
            try ledger.recordAccess(try ledger.personalShown(), what: what, by: author.authorship.actor)
        }
        let console = change.format.console
        try console.print(answer: effect.answer) {
            let table = Self.table(of: effect.changes, console.page(zone: ledger.zone))
            return effect.changes.isEmpty ? [] : table.lines(on: console.stream)
        }
        for moved in effect.others { console.say(Self.sentence(of: moved, console.page(zone: ledger.zone))) }
        if effect.changes.isEmpty, effect.others.isEmpty { console.say("No value of any view changes.") }
        guard let position = effect.position else {
            return console.say("This was a dry run: nothing was written.", style: .good)
        }
        console.say("\(done) It is event @\(position).", style: .good)
        console.say("Next: \(next(position))\(location.repeated)")
    }

    /// So many of the others are named in a sentence; the JSON has more.
    private static let namedInSentence = 5

    private static func sentence(of moved: ActEffect.Moved, _ page: Page) -> String {
        let name = FieldName(moved.field)
        var named = moved.named.prefix(namedInSentence).map { change in
            let (from, to) = (
                page.text.cell(change["from"], named: name), page.text.cell(change["to"], named: name)
            )
            return "\(change["customer"]?.stringValue ?? "") \(from.text) → \(to.text)"
        }
        if moved.customers > named.count { named.append("\(moved.customers - named.count) more") }
        let customers = Figures.counted(moved.customers, "other customer")
        let verb = moved.customers == 1 ? "changes" : "change"
        return "\(customers) \(verb) \(moved.field): \(named.joined(separator: ", "))."
    }

    private static func table(of changes: [JSONValue], _ page: Page) -> Table {
        let columns = ["Customer", "Field", "From", "To"].map { Table.Column($0, isCuttable: $0 != "Field") }
        let rows = changes.map { change -> [Table.Cell] in
            let field = change["field"]?.stringValue ?? ""
            let name = FieldName(field)
            return [
                Table.Cell(change["customer"]?.stringValue ?? ""), Table.Cell(field),
                page.text.cell(change["from"], named: name), page.text.cell(change["to"], named: name),
            ]
        }
        return Table(columns: columns, rows: rows)
    }
}

/// `daybook correct`: replaces the data of an event.
struct CorrectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct",
        abstract: "Correct an event: replace its data as a whole, or its time.",
        discussion: """
            The event itself stays as it is; the correction is an event of its own and holds for every \
            --effective-at once it is known. Type and customer cannot be corrected: void the event and enter it again.
            """)

    @OptionGroup var event: EventOptions

    @Option(
        help: ArgumentHelp(
            "The data as it should have been: a JSON object, or @FILE, or @- for standard input.",
            valueName: "json|@file"))
    var data: String?

    @Option(
        help: ArgumentHelp("When it really happened, as RFC 3339.", valueName: "time"),
        transform: { text in
            do { return try Instant(parsing: text) } catch { throw ValidationError("\(error)") }
        })
    var time: Instant?

    @OptionGroup var change: ChangeOptions

    func validate() throws {
        if data == nil, time == nil {
            throw ValidationError("Nothing to correct: give --data, --time, or both.")
        }
    }

    func run() async throws {
        let data = try data.map(Self.object)
        let act = HandAct.correct(try event.reference(), data: data, time: time)
        try await act.run(
            "Corrected \(event.event).", change,
            next: { _ in "daybook event \(event.event)" })
    }

    private static func object(_ argument: String) throws -> JSONValue {
        let bytes =
            argument.hasPrefix("@")
            ? try InputFile.bytes(of: String(argument.dropFirst())) : Array(argument.utf8)
        do {
            return try JSONValue(parsing: bytes.span)
        } catch {
            throw Failure(
                .badData, "--data is not JSON: \(error)",
                remedy: "Give the whole data of the event as one JSON object.")
        }
    }
}

/// `daybook void`: withdraws an event.
struct VoidCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: "Void an event: from now on it counts for nothing, at any point in time.",
        discussion:
            "The event stays in the log. Voiding a void, a correction, a merge or a split restores what was before."
    )

    @OptionGroup var event: EventOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        try await HandAct.void(try event.reference()).run(
            "Voided \(event.event).", change,
            next: { "daybook void @\($0) --reason TEXT, which would restore it" })
    }
}

/// `daybook merge`: two ids are one customer.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge two customers: A ends, B goes on with the events of both.")

    @Argument(help: "The id that ends.")
    var ending: String

    @Argument(help: "The id that goes on.")
    var into: String

    @OptionGroup var change: ChangeOptions

    func run() async throws {
        try await HandAct.merge(ending, into: into).run(
            "Merged \(ending) into \(into).", change,
            next: { _ in "daybook customer \(into)" })
    }
}

/// `daybook split`: cancels a merge.
struct SplitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Split two customers that had been merged: A is set free from B.")

    @Argument(help: "The id that is set free.")
    var freed: String

    @Argument(help: "The id it had been merged into.")
    var from: String

    @OptionGroup var change: ChangeOptions

    func run() async throws {
        try await HandAct.split(freed, from: from).run(
            "Split \(freed) from \(from).", change,
            next: { _ in "daybook customer \(freed)" })
    }
}
