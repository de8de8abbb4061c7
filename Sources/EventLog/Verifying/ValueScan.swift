import Events
import Synchronization

/// The scans that nobody uses: what they know of the shapes of lines is kept from unit to unit.
final class ValueScans: Sendable {
    private let schemas: SchemaRegistry
    private let idle = Mutex<[ValueScan]>([])

    init(_ schemas: SchemaRegistry) { self.schemas = schemas }

    /// Lends a scan to one unit.
    func lend<Result>(_ body: (inout ValueScan?) throws -> Result) rethrows -> Result {
        var scan: ValueScan? = idle.withLock { $0.popLast() } ?? ValueScan(schemas: schemas.separate())
        defer { if let scan { idle.withLock { $0.append(scan) } } }
        return try body(&scan)
    }
}

/// Reads events as the ledger would have had to write them: canonical, in a valid envelope, valid by the schema
/// of their type.
///
/// Lines of one log are much alike: what was found of the first line of a shape need not be looked for in the
/// others. Each thread has a scan of its own.
struct ValueScan: @unchecked Sendable {
    // Unchecked: a scan is among the idle ones of `ValueScans`, or in the hands of one unit.

    private let schemas: SchemaRegistry
    private let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)
    private var forms = EventForms()
    /// By the number of the form.
    private var places: [IndexKeyPlaces] = []
    private var canonical: [UInt8] = []
    /// What the columns of values should hold of the unit; nil where it has none.
    private var gatherer: ValueGatherer?
    /// The one that was used last, with what it knows of shapes.
    private var idleGatherer: ValueGatherer? = ValueGatherer()

    /// - Parameter schemas: shared with nobody, so that threads do not get into each other's way.
    init(schemas: SchemaRegistry) {
        self.schemas = schemas
    }

    /// Begins a unit.
    ///
    /// - Parameter gathering: whether there are columns of values of it.
    mutating func begin(gathering: Bool) {
        if let used = gatherer { idleGatherer = used }
        gatherer = nil
        guard gathering else { return }
        gatherer = idleGatherer
        idleGatherer = nil
        gatherer?.begin()
    }

    /// What the columns of values should hold of the unit, if so many events of it could be read.
    mutating func gathered(_ count: UInt64) -> [UInt8]? {
        guard let found = gatherer?.stretch.count, count > 0, found == count else { return nil }
        return gatherer?.encode()
    }

    /// Checks a line, and adds what the indexes and columns should hold of it.
    ///
    /// - Parameter place: where its block says that the line, and in it its recorded time, stands.
    mutating func check(
        _ line: Span<UInt8>, _ place: BlockShape.Line, in coverage: IndexCoverage,
        _ snapshot: LogSnapshot, _ outcome: inout UnitScan.Outcome
    ) throws {
        let position = place.position
        do {
            try reader.parse(line)
            let keys: IndexKeys
            let time: Instant
            if reader.isKnownCanonical,
                let event = forms.fit(reader, recordedOffset: place.recordedOffset)
            {
                keys = places[event.form].keys(reader)
                time = event.time
            } else {
                let envelope = try checked(line, place, snapshot)
                keys = IndexKeys(envelope)
                time = envelope.time
            }
            gatherer?.add(reader)
            outcome.sums.add(keys, at: position, in: coverage)
            // One that could not be checked leaves a gap, behind which nothing can be compared.
            if position < coverage.columns, outcome.columns.count == Int(outcome.count) {
                outcome.columns.append(ColumnEntry(keys, time: time.microseconds))
            }
        } catch let finding as LogFinding {
            throw finding
        } catch {
            throw LogFinding(
                .value, at: position, "the event at position \(position) is not valid: \(error)")
        }
    }

    /// The event of the line that was parsed, which is checked in full.
    private mutating func checked(
        _ line: Span<UInt8>, _ place: BlockShape.Line, _ snapshot: LogSnapshot
    ) throws -> Envelope {
        let position = place.position
        guard isCanonical(line) else {
            throw LogFinding(.value, at: position, "the line at position \(position) is not canonical JSON")
        }
        let envelope = try Envelope.read(reader, stored: true)
        let schema = try schemas.schema(of: envelope, stored: true)
        try schema.validate(envelope, sealed: true)
        guard let time = envelope.recordedTimeNode, reader.byteOffset(time) + 1 == place.recordedOffset else {
            throw LogFinding(
                .changed, at: position,
                "the line at position \(position) does not hold its recorded time where its block says")
        }
        if schema.type == "event.corrected" {
            try checkCorrection(envelope, snapshot)
        } else if let form = forms.learn(envelope, schema) {
            precondition(form == places.count, "forms are counted")
            places.append(IndexKeyPlaces(ofShapeOf: envelope))
        }
        return envelope
    }

    /// Whether the text that the reader holds is written as canonical JSON writes it.
    private mutating func isCanonical(_ line: Span<UInt8>) -> Bool {
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
