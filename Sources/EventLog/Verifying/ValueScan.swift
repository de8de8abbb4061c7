import Events

/// Reads events as the ledger would have had to write them: canonical, in a valid envelope, valid by the schema
/// of their type.
final class ValueScan {
    private let schemas: SchemaRegistry
    private let snapshot: LogSnapshot
    private let reader = JSONReader()
    private var canonical: [UInt8] = []

    init(schemas: SchemaRegistry, snapshot: LogSnapshot) {
        self.schemas = schemas
        self.snapshot = snapshot
    }

    /// Checks a line, and gives its keys in the indexes.
    func check(_ line: Span<UInt8>, at position: UInt64) throws -> IndexKeys {
        do {
            try reader.parse(line)
            guard isCanonical(line) else {
                throw LogFinding(
                    .value, at: position, "the line at position \(position) is not canonical JSON")
            }
            let envelope = try Envelope.read(reader, node: 0, stored: true)
            try schemas.schema(of: envelope, stored: true).validate(envelope, sealed: true)
            if reader.text(envelope.typeNode, equals: "event.corrected") { try checkCorrection(envelope) }
            return IndexKeys(line, try LineFields(line, position: position))
        } catch let finding as LogFinding {
            throw finding
        } catch {
            throw LogFinding(
                .value, at: position, "the event at position \(position) is not valid: \(error)")
        }
    }

    /// Whether the text that the reader holds is written as canonical JSON writes it.
    private func isCanonical(_ line: Span<UInt8>) -> Bool {
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
    private func checkCorrection(_ correction: Envelope) throws {
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
