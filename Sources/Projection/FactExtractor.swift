public import Events

/// Sealed line → facts and acts. Pure but for the numbers that the interner gives to names.
///
/// An extractor keeps buffers: it belongs to one thread at a time.
public struct FactExtractor {
    let zone: Zone
    let currency: Currency
    /// Holds the event whose facts are extracted: the line that was parsed, or an event that someone else has read.
    private(set) var reader: JSONReader
    let corrections = JSONReader()
    private let lines: JSONReader
    var scratch: [UInt8] = []

    /// An extractor for a ledger with this time zone and reporting currency.
    public init(zone: Zone, currency: Currency) {
        self.zone = zone
        self.currency = currency
        lines = JSONReader(expectsAlike: true)
        reader = lines
    }

    /// Adds what a line says to `sink`: at least one fact for every event of a customer, none for acts and for
    /// events without a subject.
    public mutating func extract(
        _ line: Span<UInt8>,
        position: Position,
        interner: inout some Interner,
        into sink: inout Extraction
    ) throws(ExtractionError) {
        reader = lines
        let envelope = try parse(line, with: reader, position: position)
        try extract(envelope, interner: &interner, into: &sink)
    }

    /// The same of an event that is about to become a line, as its reader holds it: nothing of it that the line says
    /// otherwise is looked at, as long as no value of it is sealed.
    public mutating func extract(
        _ event: Events.Envelope,
        position: Position,
        interner: inout some Interner,
        into sink: inout Extraction
    ) throws(ExtractionError) {
        reader = event.reader
        let envelope = Envelope(
            position: position.rawValue, time: event.time.microseconds, source: event.sourceNode,
            id: event.idNode, type: event.typeNode, data: event.dataNode, subject: event.subjectNode)
        try extract(envelope, interner: &interner, into: &sink)
    }

    private mutating func extract(
        _ envelope: Envelope, interner: inout some Interner, into sink: inout Extraction
    ) throws(ExtractionError) {
        guard let subject = envelope.subject else {
            try extractOwn(envelope, into: &sink)
            return
        }
        if let content = try actContent(envelope, subject: subject, interner: &interner) {
            let act = Act(position: envelope.position, time: envelope.time, content: content)
            sink.acts.append(act)
            return
        }
        guard !isOwn(envelope) else {
            try extractOwn(envelope, into: &sink)
            return
        }
        try appendFacts(
            envelope, subject: subject, data: reader, node: envelope.data, interner: &interner,
            to: &sink.facts)
    }

    /// Adds the facts that the event of `target` has once the correction of `line` stands: the data and perhaps
    /// the time of the correction, everything else of the target, its position included.
    ///
    /// Corrections of acts and of the ledger's own events add nothing: the log refuses them.
    public mutating func extractCorrection(
        _ line: Span<UInt8>,
        at correctionPosition: Position,
        of target: Span<UInt8>,
        at position: Position,
        interner: inout some Interner,
        into facts: inout [Fact]
    ) throws(ExtractionError) {
        reader = lines
        let correction = try parse(line, with: corrections, position: correctionPosition)
        var envelope = try parse(target, with: reader, position: position)
        guard let subject = envelope.subject, !isAct(envelope), !isOwn(envelope) else { return }
        guard let data = corrections.member(correction.data, "data") else {
            throw ExtractionError(
                position: correctionPosition.rawValue, pointer: "/data/data",
                expected: "the corrected data", found: "nothing")
        }
        if let time = corrections.member(correction.data, "time") {
            envelope.time = try instant(time, of: corrections, position: correctionPosition, "/data/time")
        }
        try appendFacts(
            envelope, subject: subject, data: corrections, node: data, interner: &interner, to: &facts)
    }

    /// What every line has.
    struct Envelope {
        var position: UInt64
        var time: Int64
        var source: Int
        var id: Int
        var type: Int
        var data: Int
        var subject: Int?
    }

    private func parse(
        _ line: Span<UInt8>, with reader: JSONReader, position: Position
    ) throws(ExtractionError) -> Envelope {
        do throws(JSONError) {
            try reader.parse(line)
        } catch {
            throw ExtractionError(
                position: position.rawValue, pointer: error.pointer, expected: "a line of JSON",
                found: error.reason)
        }
        var nodes = (source: 0, id: 0, type: 0, data: 0, subject: 0, time: 0)
        reader.forEachMember(of: 0) { name, value in
            switch reader.textLength(name) {
            case 2 where reader.text(name, equals: "id"): nodes.id = value
            case 4 where reader.text(name, equals: "data"): nodes.data = value
            case 4 where reader.text(name, equals: "time"): nodes.time = value
            case 4 where reader.text(name, equals: "type"): nodes.type = value
            case 6 where reader.text(name, equals: "source"): nodes.source = value
            case 7 where reader.text(name, equals: "subject"): nodes.subject = value
            default: break
            }
        }
        guard nodes.time > 0, nodes.source > 0, nodes.id > 0, nodes.type > 0, nodes.data > 0 else {
            throw ExtractionError(
                position: position.rawValue, pointer: "", expected: "id, source, type, time and data",
                found: "an object without one of them")
        }
        return Envelope(
            position: position.rawValue,
            time: try instant(nodes.time, of: reader, position: position, "/time"),
            source: nodes.source, id: nodes.id, type: nodes.type, data: nodes.data,
            subject: nodes.subject > 0 ? nodes.subject : nil)
    }

    private func instant(
        _ node: Int, of reader: JSONReader, position: Position, _ pointer: String
    ) throws(ExtractionError) -> Int64 {
        guard reader.kind(node) == .string else {
            throw ExtractionError(
                position: position.rawValue, pointer: pointer, expected: "an RFC 3339 time",
                found: "another kind of value")
        }
        return try reader.withText(node) { text throws(ExtractionError) in
            do throws(TimeError) {
                return try Instant(parsing: text).microseconds
            } catch {
                throw ExtractionError(
                    position: position.rawValue, pointer: pointer, expected: "an RFC 3339 time",
                    found: error.description)
            }
        }
    }
}
