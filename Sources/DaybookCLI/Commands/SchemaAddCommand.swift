import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook schema add`: a type of one's own.
struct SchemaAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Register a type of event of your own, or a new version of it.",
        discussion: """
            FILE is the JSON Schema of the type's data: draft 2020-12, in the subset that schemas/README.md \
            describes; a keyword outside it is refused. Mark personal fields with "x-personal": true: they are sealed. \
            Versions are never changed, only followed by the next one.
            """)

    @Argument(help: "The JSON Schema; - is standard input.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "The type, such as workshop.booked. (default: as $id says, urn:daybook:schema:TYPE:vVERSION)",
            valueName: "name"))
    var type: String?

    @Option(
        name: .customLong("version"),
        help: ArgumentHelp("Its version. (default: as $id says, else the next one)", valueName: "number"))
    var schemaVersion: Int?

    @Option(
        help: ArgumentHelp(
            "Who: it is written into the event. (default: DAYBOOK_ACTOR, or your user name)",
            valueName: "name"))
    var actor: String?

    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let document = try Self.document(file)
        let named = Self.named(document["$id"]?.stringValue)
        guard let type = type ?? named?.type else {
            throw Failure(
                .usage, "The schema does not say of which type it is.",
                remedy: "Give --type NAME, or \"$id\": \"urn:daybook:schema:NAME:v1\" in the schema.")
        }
        let ledger = try await OpenLedger.toWrite(location)
        let remedy = "What a schema may say: schemas/README.md; one that is there: daybook schema show TYPE"
        let answer = try await advising(remedy, when: .badData) {
            try await ledger.registerSchema(
                document, as: type, version: schemaVersion ?? named?.version, by: ActorName.name(actor))
        }
        let console = format.console
        try console.print(answer: answer) {
            console.page(zone: ledger.zone).lines(of: answer.objectValue ?? JSONObject(), indent: 0)
        }
        guard let position = answer["position"]?.integerValue else {
            return console.say("That version is there already: nothing was written.")
        }
        console.say("Registered \(type). It is event @\(position).", style: .good)
        console.say("Next: daybook append, with events of the type \(type)\(location.repeated)")
    }

    private static func document(_ file: String) throws -> JSONValue {
        let bytes = try InputFile.bytes(of: file)
        do {
            return try JSONValue(parsing: bytes.span)
        } catch {
            throw Failure(
                .badData, "\(file == "-" ? "standard input" : file) is not JSON: \(error)",
                remedy: "A schema is one JSON object.")
        }
    }

    /// The type and version that an identifier names.
    private static func named(_ identifier: String?) -> (type: String, version: Int)? {
        let prefix = "urn:daybook:schema:"
        guard let identifier, identifier.hasPrefix(prefix) else { return nil }
        let parts = identifier.dropFirst(prefix.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("v"), let version = Int(parts[1].dropFirst()) else {
            return nil
        }
        return (String(parts[0]), version)
    }
}

/// The types that a command about schemas means: those of the ledger; the built-in ones where there is none yet, unless
/// it was named with the command.
struct SchemaSource: ParsableArguments {
    @OptionGroup var location: LedgerOptions

    func registry() async throws -> SchemaRegistry {
        if location.ledger == nil, !Ledger.isThere(location.folder) { return .builtIn }
        let ledger = try await OpenLedger.toRead(location)
        return try ledger.schemas()
    }
}
