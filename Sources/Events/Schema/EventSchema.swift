/// Whether events of a type are about a customer.
public enum SubjectRule: String, Sendable {
    /// `subject` names a customer.
    case required
    /// There may be a `subject`.
    case optional
    /// There is no `subject`.
    case forbidden
}

/// One version of one type of event: what its `data` must be, and what is known of all its events.
public final class EventSchema: Sendable {
    /// The type, such as `purchase.completed`.
    public let type: String
    /// The version of the type's data, from 1.
    public let version: Int
    /// What `dataschema` says to name this version: the schema's `$id`, or
    /// `urn:daybook:schema:TYPE:vVERSION` where it has none.
    public let identifier: String
    /// The type in a few words.
    public let title: String
    /// The JSON Schema as written.
    public let document: JSONValue
    /// Whether events of the type are about a customer (`x-subject`; optional where the schema does not say).
    public let subject: SubjectRule
    /// Whether events of the type may lie in the future when they are recorded (`x-planned`).
    public let isPlanned: Bool
    /// Whether only the ledger itself writes the type, with the `source` `daybook:` (`x-ledger`).
    public let isLedgerOwn: Bool
    /// Whether event.voided may name events of the type (`x-voidable`).
    public let isVoidable: Bool
    /// The JSON Pointers of the personal values inside `data`, which are sealed before they are stored; `*`
    /// stands for every element of an array and every member that is not named.
    public let personalPaths: [String]

    private let typeBytes: [UInt8]
    let program: SchemaProgram
    let rules: [EventRule]

    /// Compiles a schema. Throws where it uses keywords outside the subset that schemas/README.md documents.
    public init(type: String, version: Int, schema: JSONValue) throws(SchemaError) {
        let program = try SchemaCompiler.compile(schema)
        self.type = type
        typeBytes = Array(type.utf8)
        self.version = version
        self.program = program
        document = schema
        identifier = schema["$id"]?.stringValue ?? "urn:daybook:schema:\(type):v\(version)"
        title = schema["title"]?.stringValue ?? type
        subject = schema["x-subject"]?.stringValue.flatMap(SubjectRule.init(rawValue:)) ?? .optional
        isPlanned = schema["x-planned"]?.boolValue ?? false
        isLedgerOwn = schema["x-ledger"]?.boolValue ?? false
        isVoidable = schema["x-voidable"]?.boolValue ?? true
        personalPaths = try program.personalPaths()
        rules = EventRule.rules(of: type, version: version)
    }

    /// The same schema, compiled once more.
    func separate() -> EventSchema {
        do throws(SchemaError) {
            return try EventSchema(type: type, version: version, schema: document)
        } catch {
            preconditionFailure("a schema that was compiled can be compiled again: \(error)")
        }
    }

    /// Whether an event is of the type.
    public func isType(of envelope: Envelope) -> Bool {
        let bytes = typeBytes
        return envelope.reader.text(envelope.typeNode, equals: bytes.span)
    }

    /// Checks an event: its subject, its `data` by the schema, and what schemas cannot say.
    ///
    /// Nothing is made of an event that passes. With `sealed`, personal values may stand as they are stored,
    /// `{"$sealed": "…"}`.
    public func validate(_ envelope: Envelope, sealed: Bool = false) throws(EventProblem) {
        switch subject {
        case .required where envelope.subjectNode == nil:
            throw EventProblem(
                code: "missing", pointer: "/subject", expected: "the customer that \(type) is about",
                found: "nothing")
        case .forbidden where envelope.subjectNode != nil:
            throw EventProblem(
                code: "not_allowed", pointer: "/subject",
                expected: "no subject: \(type) is about no one customer", found: "one")
        default: break
        }
        if isLedgerOwn, !envelope.isLedgerOwn {
            throw EventProblem(
                code: "not_allowed", pointer: "/source",
                expected: "daybook:, since only the ledger itself writes \(type)", found: "another source")
        }
        try validate(EventRule.Parts(envelope).event(envelope.reader), sealed: sealed)
    }

    /// Whether a value passes one of the checks that are left of the schema for events of one shape.
    func accepts(_ reader: JSONReader, _ check: FormCheck) -> Bool {
        program.accepts(reader, check.node, check.rule, sealed: true)
    }

    /// Whether an event passes what its schema cannot say.
    func passesRules(_ reader: JSONReader, _ parts: EventRule.Parts) -> Bool {
        let event = parts.event(reader)
        do throws(EventProblem) {
            for rule in rules { try rule.check(event) }
            return true
        } catch {
            return false
        }
    }

    /// Checks data alone: of an event at `/data`, or of a correction at `/data/data`.
    public func validate(
        _ reader: JSONReader, data node: Int, pointer: String = "/data", sealed: Bool = false
    ) throws(EventProblem) {
        let event = EventRule.Event(
            reader: reader, data: node, pointer: pointer, subject: nil, source: nil, id: nil)
        try validate(event, sealed: sealed)
    }

    private func validate(_ event: EventRule.Event, sealed: Bool) throws(EventProblem) {
        guard program.accepts(event.reader, event.data, 0, sealed: sealed) else {
            let place = SchemaProgram.Explanation(reader: event.reader, sealed: sealed)
            guard let problem = program.problem(place, event.data, 0, event.pointer) else {
                preconditionFailure("data of \(type) is refused, but nothing is wrong with it")
            }
            throw problem
        }
        for rule in rules { try rule.check(event) }
    }

    /// Calls a closure with every personal value inside `data`: its node and its JSON Pointer.
    ///
    /// The data must be valid. `pointer` is that of the data: `/data`, or `/data/data` in a correction.
    public func forEachPersonalValue<E: Error>(
        _ reader: JSONReader, data node: Int, pointer: String = "/data",
        _ body: (_ node: Int, _ pointer: String) throws(E) -> Void
    ) throws(E) {
        guard !personalPaths.isEmpty else { return }
        for (node, pointer) in program.personalNodes(reader, node, 0, pointer) { try body(node, pointer) }
    }
}
