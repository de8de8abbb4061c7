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

/// Prints what became of one change by hand.
struct ChangeReport {
    let done: String
    let position: UInt64
    let next: String

    func print(to console: Console) throws {
        let answer: JSONValue = ["position": .number(Double(position))]
        if console.format != .table { try console.print(answer: answer) { [] } }
        console.say("\(done) It is event @\(position).", style: .good)
        console.say("Next: \(next)")
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

    @OptionGroup var author: AuthorOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if data == nil, time == nil {
            throw ValidationError("Nothing to correct: give --data, --time, or both.")
        }
    }

    func run() async throws {
        let data = try data.map(Self.object)
        let ledger = try await OpenLedger.toWrite(location)
        let position = try await advising("Look for it: daybook trail\(location.repeated)", when: .notFound) {
            try await ledger.correct(event.reference(), data: data, time: time, by: author.authorship)
        }
        try ChangeReport(
            done: "Corrected \(event.event).", position: position,
            next: "daybook event \(event.event)\(location.repeated)"
        ).print(to: format.console)
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
    @OptionGroup var author: AuthorOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let position = try await advising("Look for it: daybook trail\(location.repeated)", when: .notFound) {
            try await ledger.void(event.reference(), by: author.authorship)
        }
        try ChangeReport(
            done: "Voided \(event.event).", position: position,
            next: "daybook void @\(position) --reason TEXT\(location.repeated) would restore it"
        ).print(to: format.console)
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

    @OptionGroup var author: AuthorOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let position = try await ledger.merge(ending, into: into, by: author.authorship)
        try ChangeReport(
            done: "Merged \(ending) into \(into).", position: position,
            next: "daybook customer \(into)\(location.repeated)"
        ).print(to: format.console)
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

    @OptionGroup var author: AuthorOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let ledger = try await OpenLedger.toWrite(location)
        let position = try await ledger.split(freed, from: from, by: author.authorship)
        try ChangeReport(
            done: "Split \(freed) from \(from).", position: position,
            next: "daybook customer \(freed)\(location.repeated)"
        ).print(to: format.console)
    }
}
