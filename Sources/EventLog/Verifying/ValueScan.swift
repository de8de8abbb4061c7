import Events
import Synchronization

/// The scans that nobody uses: what they know of the shapes of lines is kept from unit to unit.
final class ValueScans: Sendable {
    private let schemas: SchemaRegistry
    private let idle = Mutex<[ValueScan]>([])

    init(_ schemas: SchemaRegistry) { self.schemas = schemas }

    /// Lends a scan to one unit.
    func lend<Result>(_ body: (ValueScan) throws -> Result) rethrows -> Result {
        let scan = idle.withLock { $0.popLast() } ?? ValueScan(schemas: schemas.separate())
        defer { idle.withLock { $0.append(scan) } }
        return try body(scan)
    }
}

/// Reads events as the ledger would have had to write them: canonical, in a valid envelope, valid by the schema
/// of their type.
///
/// Lines of one log are much alike: what was found of the first line of a shape need not be looked for in the
/// others. Each thread has a scan of its own.
final class ValueScan: @unchecked Sendable {
    // Unchecked: a scan is among the idle ones of `ValueScans`, or in the hands of one unit.

    /// What is known of the lines of one shape.
    private final class Known {
        let layout: EnvelopeLayout
        /// The schema of the last line, where lines of the shape name none themselves.
        var schema: EventSchema?

        init(_ layout: EnvelopeLayout) { self.layout = layout }
    }

    private let schemas: SchemaRegistry
    private let reader = JSONReader(expectsAlike: true)
    private var known: [Known?] = []
    private var canonical: [UInt8] = []

    /// - Parameter schemas: shared with nobody, so that threads do not get into each other's way.
    init(schemas: SchemaRegistry) {
        self.schemas = schemas
    }

    /// Checks a line, and adds what the indexes and columns should hold of it.
    ///
    /// - Parameter recorded: the line's recorded time as it was read where its block says that it stands.
    func check(
        _ line: Span<UInt8>, _ place: BlockShape.Line, recorded: Int64, in coverage: IndexCoverage,
        _ snapshot: LogSnapshot, _ outcome: inout UnitScan.Outcome
    ) throws {
        let position = place.position
        do {
            try reader.parse(line)
            guard isCanonical(line) else {
                throw LogFinding(
                    .value, at: position, "the line at position \(position) is not canonical JSON")
            }
            let envelope = try validated((place.recordedOffset, Instant(microseconds: recorded)))
            guard let time = envelope.recordedTimeNode, reader.byteOffset(time) + 1 == place.recordedOffset
            else {
                throw LogFinding(
                    .changed, at: position,
                    "the line at position \(position) does not hold its recorded time where its block says")
            }
            if reader.text(envelope.typeNode, equals: "event.corrected") {
                try checkCorrection(envelope, snapshot)
            }
            let keys = IndexKeys(envelope)
            outcome.sums.add(keys, at: position, in: coverage)
            // One that could not be checked leaves a gap, behind which nothing can be compared.
            if position < coverage.columns, outcome.columns.count == Int(outcome.count) {
                outcome.columns.append(ColumnEntry(keys, time: envelope.time.microseconds))
            }
        } catch let finding as LogFinding {
            throw finding
        } catch {
            throw LogFinding(
                .value, at: position, "the event at position \(position) is not valid: \(error)")
        }
    }

    /// The envelope of the line that was parsed, which is checked, and its data too.
    private func validated(_ recorded: (offset: Int, time: Instant)) throws(EventProblem) -> Envelope {
        let shape = reader.shape
        guard shape > 0 else {
            let envelope = try Envelope.read(reader, stored: true)
            try schemas.schema(of: envelope, stored: true).validate(envelope, sealed: true)
            return envelope
        }
        while known.count <= shape { known.append(nil) }
        guard let known = known[shape] else {
            let envelope = try Envelope.read(reader, stored: true)
            known[shape] = Known(EnvelopeLayout(envelope))
            try schemas.schema(of: envelope, stored: true).validate(envelope, sealed: true)
            return envelope
        }
        let envelope = try known.layout.read(reader, recorded: recorded)
        if let schema = known.schema, schema.isType(of: envelope) {
            try schema.validate(envelope, sealed: true)
        } else {
            let schema = try schemas.schema(of: envelope, stored: true)
            if !known.layout.namesSchema { known.schema = schema }
            try schema.validate(envelope, sealed: true)
        }
        return envelope
    }

    /// Whether the text that the reader holds is written as canonical JSON writes it.
    private func isCanonical(_ line: Span<UInt8>) -> Bool {
        if reader.isKnownCanonical { return true }
        // Taken out while it is lent: a buffer that is used again and again.
        var bytes = canonical
        canonical = []
        bytes.removeAll(keepingCapacity: true)
        reader.writeCanonical(0, to: &bytes)
        let isSame = bytes.span.isEqual(to: line)
        canonical = bytes
        return isSame
    }

    /// Checks the data that a correction brings by the schema of what it corrects, in any version of it.
    private func checkCorrection(_ correction: Envelope, _ snapshot: LogSnapshot) throws {
        guard let data = reader.member(correction.dataNode, "data"),
            let source = reader.member(correction.dataNode, "source"),
            let id = reader.member(correction.dataNode, "id")
        else { return }
        let key = EventKey(source: reader.string(source), id: reader.string(id))
        let type = try IndexSearch(snapshot, TailCache()).find(key).map { target in
            try snapshot.storage.withLine(at: target, in: snapshot.transaction) { line, _ in
                String(decoding: line.unescaped(try LineFields(line, position: target).type), as: UTF8.self)
            }
        }
        guard let type else { return }
        var problem: EventProblem?
        for version in stride(from: schemas.versionCount(of: type), to: 0, by: -1) {
            do throws(EventProblem) {
                try schemas.schema(type: type, version: version)?.validate(
                    reader, data: data, pointer: "/data/data", sealed: true)
                return
            } catch {
                problem = problem ?? error
            }
        }
        if let problem { throw problem }
    }
}
