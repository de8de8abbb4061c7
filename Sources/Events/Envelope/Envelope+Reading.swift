extension Envelope {
    /// Reads the event at a node of a parsed text.
    ///
    /// CloudEvents 1.0.2 in the JSON format, strictly: `specversion` 1.0; `id`, `source` (a URI reference) and
    /// `type` not empty; names of lower-case letters and digits, at most 20; extension values are strings,
    /// truth values or 32-bit integers; attributes that are null count as absent. Beyond that Daybook needs
    /// `time` and `data`, an object in JSON. What is in `data` is the schema's business.
    ///
    /// - Parameter stored: whether this is a line of the log, which may have what only the ledger writes.
    public static func read(
        _ reader: JSONReader, node: Int = 0, stored: Bool = false
    ) throws(EventProblem) -> Envelope {
        guard reader.kind(node) == .object else {
            throw EventProblem(
                code: "wrong_type", pointer: reader.pointer(to: node), expected: "an event: a JSON object",
                found: reader.kind(node).words)
        }
        var attributes = EnvelopeAttributes(reader: reader, isStored: stored)
        let end = reader.next(node)
        var name = node + 1
        while name < end {
            try attributes.take(name: name)
            name = reader.next(name + 1)
        }
        return try attributes.envelope(of: node)
    }
}

/// The attributes of an event while they are gathered and checked: nodes, -1 where absent.
struct EnvelopeAttributes {
    let reader: JSONReader
    let isStored: Bool
    private var specversion = -1
    private var id = -1
    private var source = -1
    private var type = -1
    private var time = -1
    private var data = -1
    private var subject = -1
    private var recordedTime = -1
    private var sourceRecordedTime = -1
    private var actor = -1
    private var correlation = -1
    private var causation = -1

    init(reader: JSONReader, isStored: Bool) {
        self.reader = reader
        self.isStored = isStored
    }

    /// Checks one attribute.
    mutating func take(name: Int) throws(EventProblem) {
        let attribute = attribute(of: name)
        if attribute == .null || attribute == .other || attribute.isExtension { try checkName(name) }
        try take(attribute, name + 1)
    }

    /// Which attribute a name is of. Known names are told apart by their first eight letters, which the tape has
    /// as a number: this happens a dozen times for each of millions of events.
    func attribute(of name: Int) -> EnvelopeAttribute {
        guard reader.kind(name + 1) != .null else { return .null }
        switch reader.nameDigest(name) {
        case (2, AttributePrefix.id): return .id
        case (4, AttributePrefix.type): return .type
        case (4, AttributePrefix.time): return .time
        case (4, AttributePrefix.data): return .data
        case (6, AttributePrefix.source): return .source
        case (7, AttributePrefix.subject): return .subject
        default: return longAttribute(of: name)
        }
    }

    private func longAttribute(of name: Int) -> EnvelopeAttribute {
        switch reader.textLength(name) {
        case 6 where reader.text(name, equals: "authid"): .actor
        case 8 where reader.text(name, equals: "authtype"): .authType
        case 10 where reader.text(name, equals: "dataschema"): .dataSchema
        case 10 where reader.text(name, equals: "contentmac"): .contentMAC
        case 11 where reader.text(name, equals: "specversion"): .specversion
        case 11 where reader.text(name, equals: "causationid"): .causation
        case 11 where reader.text(name, equals: "data_base64"): .base64
        case 12 where reader.text(name, equals: "recordedtime"): .recordedTime
        case 13 where reader.text(name, equals: "correlationid"): .correlation
        case 15 where reader.text(name, equals: "datacontenttype"): .contentType
        case 18 where reader.text(name, equals: "sourcerecordedtime"): .sourceRecordedTime
        default: .other
        }
    }

    /// Checks the value of an attribute whose name is checked.
    mutating func take(_ attribute: EnvelopeAttribute, _ value: Int) throws(EventProblem) {
        switch attribute {
        case .id: id = try text(value)
        case .type: type = try text(value)
        case .time: time = try text(value)
        case .data: data = try object(value)
        case .source: source = try uriReference(value)
        case .subject: subject = try text(value)
        case .authType: try authType(value)
        case .dataSchema: _ = try uriReference(value)
        case .contentMAC: try contentMac(value)
        case .specversion: specversion = try version(value)
        case .base64: throw base64(value)
        case .recordedTime: recordedTime = try text(value)
        case .contentType: try contentType(value)
        case .sourceRecordedTime: sourceRecordedTime = try text(value)
        case .actor: actor = try extensionValue(value)
        case .causation: causation = try extensionValue(value)
        case .correlation: correlation = try extensionValue(value)
        case .other: _ = try extensionValue(value)
        case .null: break
        }
    }

    /// The envelope of all attributes that were taken.
    func envelope(of node: Int) throws(EventProblem) -> Envelope {
        try require("specversion", specversion, "CloudEvents version \"1.0\"")
        try require("id", id, "an id that is unique within the source")
        try require("source", source, "who made the event: a URI reference")
        try require("type", type, "the event's type, such as purchase.completed")
        try require("time", time, "when it happened: an RFC 3339 time")
        try require("data", data, "the event's data: a JSON object")
        if sourceRecordedTime >= 0 { _ = try instant(sourceRecordedTime) }
        return Envelope(
            reader: reader, generation: reader.generation, node: node, idNode: id, sourceNode: source,
            typeNode: type, timeNode: time, dataNode: data, subjectNode: subject < 0 ? nil : subject,
            recordedTimeNode: recordedTime < 0 ? nil : recordedTime,
            sourceRecordedTimeNode: sourceRecordedTime < 0 ? nil : sourceRecordedTime,
            actorNode: actor < 0 ? nil : actor, correlationNode: correlation < 0 ? nil : correlation,
            causationNode: causation < 0 ? nil : causation,
            time: try instant(time),
            recordedTime: recordedTime < 0 ? nil : try instant(recordedTime))
    }

    private func require(
        _ name: StaticString, _ node: Int, _ expected: StaticString
    ) throws(EventProblem) {
        guard node < 0 else { return }
        throw EventProblem(
            code: "missing", pointer: "/\(name)", expected: "\(expected)", found: "nothing")
    }

    private func instant(_ node: Int) throws(EventProblem) -> Instant {
        do {
            return try reader.instant(node)
        } catch {
            throw EventProblem(
                code: error.code == .malformed ? "bad_time" : error.code.rawValue,
                pointer: reader.pointer(to: node), expected: "an RFC 3339 time", found: error.description)
        }
    }
}

/// What an attribute of an event is.
enum EnvelopeAttribute: UInt8 {
    case id, type, time, data, source, subject
    case specversion, dataSchema, contentType, base64
    case recordedTime, sourceRecordedTime, contentMAC, authType
    case actor, correlation, causation
    /// An extension that means nothing here.
    case other
    /// One that is null, which counts as absent.
    case null

    var isExtension: Bool { self == .actor || self == .correlation || self == .causation }
}

/// The names of the most frequent attributes as the tape has them: their letters in ASCII, big-endian.
private enum AttributePrefix {
    static let id: UInt64 = 0x6964 << 48
    static let type: UInt64 = 0x7479_7065 << 32
    static let time: UInt64 = 0x7469_6D65 << 32
    static let data: UInt64 = 0x6461_7461 << 32
    static let source: UInt64 = 0x736F_7572_6365 << 16
    static let subject: UInt64 = 0x73_7562_6A65_6374 << 8
}

extension JSONKind {
    /// The kind in words, with an article: "a string".
    public var words: String {
        switch self {
        case .null: "null"
        case .false: "false"
        case .true: "true"
        case .number: "a number"
        case .string, .name: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
