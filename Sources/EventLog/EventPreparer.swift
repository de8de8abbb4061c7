public import Events

/// Turns incoming JSON into prepared events: parses, checks envelope and schema, seals personal values, writes
/// the canonical line.
///
/// It belongs to one thread at a time; several can work side by side. It writes nothing: keys of new customers
/// are stored by the writer, before the lines that need them.
public final class EventPreparer: @unchecked Sendable {
    // Unchecked: a preparer is in the hands of one thread, or among the idle ones of `EventPreparers`.

    private let schemas: SchemaRegistry
    private let keys: LedgerKeys
    private let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)
    /// By the number of the shape.
    private var forms: [EventForm?] = []
    private var edits = CanonicalEdits()
    private var content: [UInt8] = []

    /// - Parameter schemas: where many events are prepared at once, shared with no other thread, so that they do not
    ///   get into each other's way.
    init(schemas: SchemaRegistry, keys: LedgerKeys) {
        self.schemas = schemas
        self.keys = keys
    }

    /// Adds an event to a batch; throws, and adds nothing, where it is refused.
    ///
    /// - Parameter json: the bytes of one CloudEvents 1.0 object.
    /// - Returns: The event as it was read, which says the same as its line but for what the ledger adds; it is good
    ///   until the next one is prepared. Nil where the line says something else, because values were sealed or will be.
    @discardableResult
    public func prepare(
        _ json: Span<UInt8>, into batch: inout PreparedBatch
    ) throws(EventProblem) -> Envelope? {
        try prepare(json, into: &batch, isOwn: false)
    }

    /// The same for events of the ledger itself, whose `source` begins with `daybook:`.
    @discardableResult
    func prepare(
        _ json: Span<UInt8>, into batch: inout PreparedBatch, isOwn: Bool
    ) throws(EventProblem) -> Envelope? {
        do throws(JSONError) { try reader.parse(json) } catch { throw EventProblem(error) }
        let envelope = try Envelope.read(reader)
        let form = form(of: envelope)
        let schema = try form.schema(of: envelope, in: schemas)
        try schema.validate(envelope)
        if !isOwn, !Self.isPublication(envelope) { try Self.requireForeignSource(envelope) }
        let kind = Self.kind(of: envelope)
        let personal = kind == .correction ? [] : form.personalValues(of: envelope, by: schema)
        let start = batch.bytes.count
        let recordedOffset: Int
        if let additions = form.additions, personal.isEmpty, reader.isKnownCanonical,
            schema.version == 1 || form.namesSchema
        {
            recordedOffset = additions.write(json, reader, to: &batch.bytes)
        } else {
            edits.removeAll()
            let handle = editAttributes(envelope, schema, form)
            try seal(personal, of: envelope, form, under: envelope.subject)
            reader.writeCanonical(0, edits: &edits, to: &batch.bytes)
            recordedOffset = edits.offset(of: handle) + 1 - start
        }
        try add(envelope, schema, form, kind, start: start, recordedOffset: recordedOffset, to: &batch)
        return personal.isEmpty && kind != .correction ? envelope : nil
    }

    /// The form of events of the shape of one whose envelope is valid.
    private func form(of envelope: Envelope) -> EventForm {
        let shape = reader.shape
        if shape > 0, shape < forms.count, let form = forms[shape] { return form }
        let form = EventForm(envelope)
        if shape > 0 {
            while forms.count <= shape { forms.append(nil) }
            forms[shape] = form
        }
        return form
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
        let envelope = try Envelope.read(reader)
        try schemas.validateCorrection(envelope, target: schema)
        guard !schema.personalPaths.isEmpty, let data = reader.member(envelope.dataNode, "data") else {
            return
        }
        var personal: [EventForm.PersonalValue] = []
        schema.forEachPersonalValue(reader, data: data, pointer: "/data/data") { node, pointer in
            personal.append((node, pointer))
        }
        edits.removeAll()
        try seal(personal, of: envelope, EventForm(envelope), under: subject)
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
        _ envelope: Envelope, _ schema: EventSchema, _ form: EventForm
    ) -> Int {
        let handle: Int
        if let recorded = envelope.recordedTimeNode {
            handle = edits.replace(recorded, with: Self.unsetRecordedTimeBytes.span)
            if let earlier = envelope.sourceRecordedTimeNode { edits.omit(earlier) }
            edits.add("sourcerecordedtime", string: reader.string(recorded))
        } else {
            handle = edits.add("recordedtime", Self.unsetRecordedTimeBytes.span)
        }
        for absent in form.nulls { edits.omit(absent) }
        if !form.hasAuthType { edits.add("authtype", Self.systemBytes.span) }
        if schema.version != 1, envelope.attribute("dataschema") == nil {
            edits.add("dataschema", string: schema.identifier)
        }
        return handle
    }

    // MARK: Sealing

    /// Adds edits that seal personal values, and the code by which the event is known again.
    private func seal(
        _ personal: [EventForm.PersonalValue], of envelope: Envelope, _ form: EventForm,
        under subject: String?
    ) throws(EventProblem) {
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
            writeContent(envelope, form)
            edits.add("contentmac", string: Base64URL.encode(LedgerKeys.contentCode(content, under: key)))
        } catch {
            throw EventProblem(
                code: error.category.rawValue, pointer: first.pointer,
                expected: "a key to seal the value with", found: error.message)
        }
    }

    /// The canonical text by which two events are the same: without recorded times, and with the time as an
    /// instant.
    private func writeContent(_ envelope: Envelope, _ form: EventForm) {
        var edits = CanonicalEdits()
        if let recorded = envelope.recordedTimeNode { edits.omit(recorded) }
        if let earlier = envelope.sourceRecordedTimeNode { edits.omit(earlier) }
        for absent in form.nulls { edits.omit(absent) }
        if !form.hasAuthType { edits.add("authtype", Self.systemBytes.span) }
        edits.replace(envelope.timeNode, withString: envelope.time.fixedWidthText)
        content.removeAll(keepingCapacity: true)
        reader.writeCanonical(0, edits: &edits, to: &content)
    }

    // MARK: Adding

    private func add(
        _ envelope: Envelope, _ schema: EventSchema, _ form: EventForm, _ kind: EventKind, start: Int,
        recordedOffset: Int, to batch: inout PreparedBatch
    ) throws(EventProblem) {
        let byteCount = batch.bytes.count - start
        guard byteCount <= LogFormat.maximumLineByteCount else {
            batch.bytes.removeLast(byteCount)
            throw Self.tooLong(byteCount)
        }
        batch.events.append(
            PreparedEvent(
                start: start, byteCount: byteCount,
                recordedOffset: recordedOffset,
                time: envelope.time.microseconds,
                recordedBefore: envelope.recordedTime?.microseconds ?? .min,
                keys: form.places.keys(reader), kind: kind, isPlanned: schema.isPlanned))
    }

    private static func tooLong(_ byteCount: Int) -> EventProblem {
        EventProblem(
            code: ProblemCode.tooLong, pointer: "",
            expected: "an event of at most \(LogFormat.maximumLineByteCount) bytes as it is stored",
            found: "\(byteCount) bytes; put what is large elsewhere and name it here")
    }
}
