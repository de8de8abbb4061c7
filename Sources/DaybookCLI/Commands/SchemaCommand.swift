import ArgumentParser
import Daybook
import Events
import Terminal

/// `daybook schema`: what events may be.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "The types of events, and what their data may be.",
        subcommands: [
            SchemaListCommand.self, SchemaShowCommand.self, SchemaAddCommand.self, SchemaCheckCommand.self,
        ])
}

/// `daybook schema list`.
struct SchemaListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All types of events, those that the ledger's users added among them.")

    @OptionGroup var source: SchemaSource
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let registry = try await source.registry()
        let records = registry.types.compactMap { type -> JSONValue? in
            guard let schema = registry.schema(type: type) else { return nil }
            return [
                "type": .string(type), "version": .number(Double(schema.version)),
                "customer": .string(schema.subject.rawValue),
                "personal": .array(schema.personalPaths.map { .string($0) }),
                "planned": .bool(schema.isPlanned), "title": .string(schema.title),
                "own": .bool(!registry.isBuiltIn(type)),
            ]
        }
        let console = format.console
        try console.print(records: records) {
            let page = console.page(zone: nil)
            let table = Table(
                columns: [.init("Type"), .init("Personal fields"), .init("Title")],
                rows: records.map { record in
                    let personal = record["personal"]?.arrayValue?.compactMap(\.stringValue) ?? []
                    return [
                        Table.Cell(record["type"]?.stringValue ?? ""),
                        Table.Cell(personal.map { String($0.dropFirst()) }.joined(separator: ", ")),
                        page.text.cell(record["title"], named: FieldName("title")),
                    ]
                })
            return table.lines(on: console.stream)
        }
        if console.format == .table { console.say("One of them: daybook schema show TYPE") }
    }
}

/// `daybook schema show`.
struct SchemaShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The JSON Schema of a type's data.")

    @Argument(help: "The type, such as purchase.completed.", completion: .list(SchemaRegistry.builtIn.types))
    var type: String

    @Option(
        name: .customLong("version"),
        help: ArgumentHelp("Its version. (default: the newest)", valueName: "number"))
    var schemaVersion: Int?

    @OptionGroup var source: SchemaSource
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let registry = try await source.registry()
        let count = registry.versionCount(of: type)
        guard count > 0 else {
            let problem = registry.unknownType(type)
            throw Failure(
                .notFound, "There is no type \(type): expected \(problem.expected)",
                remedy: "All types: daybook schema list")
        }
        guard let schema = registry.schema(type: type, version: schemaVersion ?? count) else {
            throw Failure(
                .notFound, "There is no version \(schemaVersion ?? 0) of \(type).",
                remedy: "Its versions are 1 to \(count).")
        }
        let console = format.console
        try console.print(answer: schema.document) { [JSONText.pretty(schema.document)] }
    }
}

/// `daybook schema check`.
struct SchemaCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check events without writing them: one event, a JSON array, or JSON Lines.")

    @Argument(help: "The file; - or nothing reads standard input.", completion: .file())
    var file: String?

    @OptionGroup var source: SchemaSource
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let pieces: [EventText.Piece]
        do {
            pieces = try EventText(InputFile.bytes(of: file)).pieces
        } catch let problem as EventProblem {
            throw Failure(
                .badData, problem.description, remedy: "Events are JSON: one object, an array, or JSON Lines."
            )
        }
        let problems = Self.problems(of: pieces, try await source.registry())
        let console = format.console
        let records = problems.map(Self.record)
        try console.print(records: records) {
            records.isEmpty ? [] : console.page(zone: nil).table(of: records).lines(on: console.stream)
        }
        if problems.isEmpty {
            console.say(
                pieces.isEmpty
                    ? "There is no event." : "\(Figures.counted(pieces.count, "event")), all valid.",
                style: .good)
            return
        }
        console.say(
            "\(Figures.counted(problems.count, "event")) of \(Figures.count(pieces.count)) would be refused.",
            style: .bad)
        console.say("What a type may hold: daybook schema show TYPE")
        throw ExitStatus.failed
    }

    private static func problems(
        of pieces: [EventText.Piece], _ registry: SchemaRegistry
    ) -> [EventProblem] {
        let reader = JSONReader()
        var problems: [EventProblem] = []
        for (number, piece) in pieces.enumerated() {
            do {
                try check(piece, reader, registry)
            } catch {
                problems.append(error.at(eventNumber: number + 1, line: piece.line))
            }
        }
        return problems
    }

    private static func check(
        _ piece: EventText.Piece, _ reader: JSONReader, _ registry: SchemaRegistry
    ) throws(EventProblem) {
        do { try reader.parse(piece.json) } catch { throw EventProblem(error) }
        try registry.validate(Envelope.read(reader, node: 0))
    }

    private static func record(_ problem: EventProblem) -> JSONValue {
        [
            "event": problem.eventNumber.map { .number(Double($0)) } ?? .null,
            "line": problem.line.map { .number(Double($0)) } ?? .null,
            "pointer": .string(problem.pointer), "expected": .string(problem.expected),
            "found": .string(problem.found), "code": .string(problem.code),
        ]
    }
}
