import Events

/// What is known of incoming events of one shape, so that it need not be looked for in each of them: see
/// ``JSONReader/shape``. Nothing of it depends on the texts and numbers of an event.
final class EventForm {
    /// Whether events of the form name the schema of their data.
    let namesSchema: Bool
    /// Where the texts stand of which keys are made.
    let places: IndexKeyPlaces
    /// Whether there is an `authtype`.
    let hasAuthType: Bool
    /// Attributes that are null, which means absent: they are not stored.
    let nulls: [Int]
    /// Where what the ledger adds goes; nil where more is to be changed than that.
    let additions: LineAdditions?
    /// The schema of the last event, where events of the shape name none themselves, and its personal values.
    private var schema: EventSchema?
    private var personal: [PersonalValue]?

    /// A value that is sealed before it is stored.
    typealias PersonalValue = (node: Int, pointer: String)

    /// The form of an event whose envelope is valid.
    init(_ envelope: Envelope) {
        let reader = envelope.reader
        var nulls: [Int] = []
        var hasAuthType = false
        reader.forEachMember(of: envelope.node) { name, value in
            if reader.kind(value) == .null {
                nulls.append(value)
            } else if reader.text(name, equals: "authtype") {
                hasAuthType = true
            }
        }
        namesSchema = envelope.attribute("dataschema") != nil
        places = IndexKeyPlaces(ofShapeOf: envelope)
        self.nulls = nulls
        self.hasAuthType = hasAuthType
        let isSimple = nulls.isEmpty && envelope.recordedTimeNode == nil
        additions = isSimple ? LineAdditions(envelope, hasAuthType: hasAuthType) : nil
    }

    /// The schema of an event of the form.
    func schema(of envelope: Envelope, in schemas: SchemaRegistry) throws(EventProblem) -> EventSchema {
        if let schema, schema.isType(of: envelope) { return schema }
        let found = try schemas.schema(of: envelope)
        if !namesSchema {
            schema = found
            personal = nil
        }
        return found
    }

    /// The personal values in the data of an event of the form, which is valid by this schema.
    func personalValues(of envelope: Envelope, by schema: EventSchema) -> [PersonalValue] {
        guard !schema.personalPaths.isEmpty else { return [] }
        if schema === self.schema, let personal { return personal }
        var found: [PersonalValue] = []
        schema.forEachPersonalValue(envelope.reader, data: envelope.dataNode, pointer: "/data") {
            node, pointer in
            found.append((node, pointer))
        }
        if schema === self.schema { personal = found }
        return found
    }
}

/// Where in a canonical text the attributes go that the ledger adds to most events: the kind of the actor where
/// there is none, and the recorded time. A line is then the text with two insertions.
struct LineAdditions {
    /// The names before which they go; nil where nothing is to be added.
    private let authType: Int?
    private let recorded: Int

    private static let authTypeMember = Array(#""authtype":"system","#.utf8)
    private static let recordedMember = Array(#""recordedtime":"\#(EventPreparer.unsetRecordedTime)","#.utf8)
    /// How much longer than the text a line is at most.
    static let byteCount = authTypeMember.count + recordedMember.count
    /// Where in the member the digits begin.
    private static let digitsOffset = #""recordedtime":""#.utf8.count

    /// Nil where an attribute would go behind all others, which an event that has what it must have never asks for.
    init?(_ envelope: Envelope, hasAuthType: Bool) {
        func nameBehind(_ attribute: String) -> Int? {
            var found: (text: String, name: Int)?
            envelope.reader.forEachMember(of: envelope.node) { name, _ in
                let text = envelope.reader.string(name)
                if text > attribute, text < found?.text ?? "\u{10FFFF}" { found = (text, name) }
            }
            return found?.name
        }
        guard let recorded = nameBehind("recordedtime"), let authType = nameBehind("authtype") else {
            return nil
        }
        self.recorded = recorded
        self.authType = hasAuthType ? nil : authType
    }

    /// Appends the line of a canonical text, which the reader holds; answers where in it the digits of its recorded
    /// time go.
    func write(_ text: Span<UInt8>, _ reader: JSONReader, to output: inout [UInt8]) -> Int {
        let start = output.count
        var done = 0
        if let authType {
            let place = reader.byteOffset(authType)
            output.append(lent: text.extracting(0..<place))
            output.append(contentsOf: Self.authTypeMember)
            done = place
        }
        let place = reader.byteOffset(recorded)
        output.append(lent: text.extracting(done..<place))
        let offset = output.count - start + Self.digitsOffset
        output.append(contentsOf: Self.recordedMember)
        output.append(lent: text.extracting(place..<text.count))
        return offset
    }
}
