public import Events

/// Turns incoming JSON into prepared events: parses, checks envelope and schema, seals personal values, writes
/// the canonical line.
///
/// It belongs to one thread at a time; several can work side by side. It writes nothing: keys of new customers
/// are stored by the writer, before the lines that need them.
public final class EventPreparer {
    private let schemas: SchemaRegistry
    private let keys: LedgerKeys
    private let reader = JSONReader()
    private var edits = CanonicalEdits()
    private var content: [UInt8] = []

    init(schemas: SchemaRegistry, keys: LedgerKeys) {
        self.schemas = schemas
        self.keys = keys
    }

    /// Adds an event to a batch; throws, and adds nothing, where it is refused.
    ///
    /// - Parameter json: the bytes of one CloudEvents 1.0 object.
    public func prepare(_ json: Span<UInt8>, into batch: inout PreparedBatch) throws(EventProblem) {
        try prepare(json, into: &batch, isOwn: false)
    }

    /// The same for events of the ledger itself, whose `source` begins with `daybook:`.
    func prepare(_ json: Span<UInt8>, into batch: inout PreparedBatch, isOwn: Bool) throws(EventProblem) {
        do throws(JSONError) { try reader.parse(json) } catch { throw EventProblem(error) }
        let envelope = try Envelope.read(reader, node: 0)
        let schema = try schemas.schema(of: envelope)
        try schema.validate(envelope)
        if !isOwn, !Self.isPublication(envelope) { try Self.requireForeignSource(envelope) }
        edits.removeAll()
        let attributes = Attributes(envelope)
        let recordedHandle = editAttributes(envelope, schema, attributes)
        let kind = Self.kind(of: envelope)
        if kind != .correction {
            try seal(envelope, schema, data: envelope.dataNode, pointer: "/data", subject: envelope.subject)
        }
        try write(envelope, schema, kind, recordedHandle, attributes, to: &batch)
    }

    /// Seals the data that a correction brings, which only the writer can do, who knows its target: by the
    /// schema of the target's type and under the key of the target's customer. The line replaces the one in
    /// the batch.
    func finishCorrection(
        _ index: Int, of batch: inout PreparedBatch, target schema: EventSchema, subject: String?
    ) throws(EventProblem) {
        let range = batch.range(index)
        do throws(JSONError) { try reader.parse(batch.bytes.span.extracting(range)) } catch {
            throw EventProblem(error)
        }
        let envelope = try Envelope.read(reader, node: 0)
        try schemas.validateCorrection(envelope, target: schema)
        guard !schema.personalPaths.isEmpty, let data = reader.member(envelope.dataNode, "data") else {
            return
        }
        edits.removeAll()
        try seal(envelope, schema, data: data, pointer: "/data/data", subject: subject)
        guard !edits.isEmpty, let recorded = envelope.recordedTimeNode else { return }
        let handle = edits.replace(recorded, with: Self.unsetRecordedTimeBytes.span)
        let start = batch.bytes.count
        reader.writeCanonical(0, edits: &edits, to: &batch.bytes)
        let byteCount = batch.bytes.count - start
        guard byteCount <= LogFormat.maximumLineByteCount else {
            batch.bytes.removeLast(byteCount)
            throw Self.tooLong(byteCount)
        }
        batch.events[index].start = start
        batch.events[index].byteCount = byteCount
        batch.events[index].recordedOffset = edits.offset(of: handle) + 1 - start
    }

    // MARK: Attributes

    /// What stands in a line for its recorded time until the writer sets it: a time, so that the line is valid.
    static let unsetRecordedTime = "0001-01-01T00:00:00.000000Z"
    private static let unsetRecordedTimeBytes = Array("\"\(unsetRecordedTime)\"".utf8)
    private static let systemBytes = Array("\"system\"".utf8)
    static let ownSource = "daybook:"

    /// Calendars, rates and labels are the ledger's own, but nobody has to judge them: whoever may write may publish
    /// them. A policy or a model has to be adopted or fitted instead.
    private static func isPublication(_ envelope: Envelope) -> Bool {
        let reader = envelope.reader
        return reader.text(envelope.typeNode, equals: "calendar.published")
            || reader.text(envelope.typeNode, equals: "rate.published")
            || reader.text(envelope.typeNode, equals: "dimension.published")
    }

    private static func requireForeignSource(_ envelope: Envelope) throws(EventProblem) {
        let isOwn = envelope.reader.withText(envelope.sourceNode) { source in
            source.count >= ownSource.utf8.count
                && source.extracting(0..<ownSource.utf8.count).isEqual(to: ownSource.utf8.span)
        }
        if isOwn {
            throw EventProblem(
                code: ProblemCode.reserved, pointer: "/source",
                expected: "a source that does not begin with daybook:, which is the ledger's own",
                found: "“\(envelope.source.prefix(80))”")
        }
    }

    private static func kind(of envelope: Envelope) -> EventKind {
        let reader = envelope.reader
        let type = envelope.typeNode
        if reader.text(type, equals: "event.voided") { return .void }
        if reader.text(type, equals: "event.corrected") { return .correction }
        if reader.text(type, equals: "customer.merged") { return .merge }
        if reader.text(type, equals: "customer.split") { return .split }
        return .plain
    }

    /// What the ledger sets, keeps under another name, and fills in; the handle of the recorded time.
    private func editAttributes(
        _ envelope: Envelope, _ schema: EventSchema, _ attributes: Attributes
    ) -> Int {
        let handle: Int
        if let recorded = envelope.recordedTimeNode {
            handle = edits.replace(recorded, with: Self.unsetRecordedTimeBytes.span)
            if let earlier = envelope.sourceRecordedTimeNode { edits.omit(earlier) }
            edits.add("sourcerecordedtime", string: reader.string(recorded))
        } else {
            handle = edits.add("recordedtime", Self.unsetRecordedTimeBytes.span)
        }
        for absent in attributes.nulls { edits.omit(absent) }
        if attributes.authType == nil { edits.add("authtype", Self.systemBytes.span) }
        if schema.version != 1, envelope.attribute("dataschema") == nil {
            edits.add("dataschema", string: schema.identifier)
        }
        return handle
    }

    /// What an event says of its actor's kind, and what it only seems to say, found in one walk.
    private struct Attributes {
        var authType: Int?
        /// Attributes that are null, which means absent: they are not stored.
        var nulls: [Int] = []

        init(_ envelope: Envelope) {
            let reader = envelope.reader
            var authType: Int?
            var nulls: [Int] = []
            reader.forEachMember(of: envelope.node) { name, value in
                if reader.kind(value) == .null {
                    nulls.append(value)
                } else if reader.text(name, equals: "authtype") {
                    authType = value
                }
            }
            (self.authType, self.nulls) = (authType, nulls)
        }
    }

    // MARK: Sealing

    /// Adds edits that seal every personal value, and the code by which the event is known again.
    private func seal(
        _ envelope: Envelope, _ schema: EventSchema, data: Int, pointer: String, subject: String?
    ) throws(EventProblem) {
        guard !schema.personalPaths.isEmpty else { return }
        var personal: [(node: Int, pointer: String)] = []
        schema.forEachPersonalValue(reader, data: data, pointer: pointer) { node, pointer in
            personal.append((node, pointer))
        }
        guard let first = personal.first else { return }
        guard let subject else {
            throw EventProblem(
                code: ProblemCode.subject, pointer: "/subject",
                expected: "the customer under whose key \(first.pointer) is sealed", found: "nothing")
        }
        do throws(LogError) {
            let key = try keys.key(of: subject)
            let (source, id) = (envelope.source, envelope.id)
            for (node, pointer) in personal {
                content.removeAll(keepingCapacity: true)
                reader.writeCanonical(node, to: &content)
                let sealed = try keys.seal(content, under: key, source: source, id: id, pointer: pointer)
                edits.replace(node, with: sealed.span)
            }
            writeContent(envelope)
            edits.add("contentmac", string: Base64URL.encode(LedgerKeys.contentCode(content, under: key)))
        } catch {
            throw EventProblem(
                code: error.category.rawValue, pointer: first.pointer,
                expected: "a key to seal the value with", found: error.message)
        }
    }

    /// The canonical text by which two events are the same: without recorded times, and with the time as an
    /// instant.
    private func writeContent(_ envelope: Envelope) {
        var edits = CanonicalEdits()
        if let recorded = envelope.recordedTimeNode { edits.omit(recorded) }
        if let earlier = envelope.sourceRecordedTimeNode { edits.omit(earlier) }
        let attributes = Attributes(envelope)
        for absent in attributes.nulls { edits.omit(absent) }
        if attributes.authType == nil { edits.add("authtype", Self.systemBytes.span) }
        edits.replace(envelope.timeNode, withString: envelope.time.fixedWidthText)
        content.removeAll(keepingCapacity: true)
        reader.writeCanonical(0, edits: &edits, to: &content)
    }

    // MARK: Writing

    private func write(
        _ envelope: Envelope, _ schema: EventSchema, _ kind: EventKind, _ recordedHandle: Int,
        _ attributes: Attributes, to batch: inout PreparedBatch
    ) throws(EventProblem) {
        let start = batch.bytes.count
        reader.writeCanonical(0, edits: &edits, to: &batch.bytes)
        let byteCount = batch.bytes.count - start
        guard byteCount <= LogFormat.maximumLineByteCount else {
            batch.bytes.removeLast(byteCount)
            throw Self.tooLong(byteCount)
        }
        batch.events.append(
            PreparedEvent(
                start: start, byteCount: byteCount,
                recordedOffset: edits.offset(of: recordedHandle) + 1 - start,
                time: envelope.time.microseconds,
                recordedBefore: envelope.recordedTime?.microseconds ?? .min,
                keys: IndexKeys(envelope), kind: kind, isPlanned: schema.isPlanned))
    }

    private static func tooLong(_ byteCount: Int) -> EventProblem {
        EventProblem(
            code: ProblemCode.tooLong, pointer: "",
            expected: "an event of at most \(LogFormat.maximumLineByteCount) bytes as it is stored",
            found: "\(byteCount) bytes; put what is large elsewhere and name it here")
    }
}
