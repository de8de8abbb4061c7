/// What is known of events of each shape (see ``JSONReader/shape``): what is left to check of one where another one of
/// its shape was checked in full.
///
/// Names, kinds of values, and the texts that belong to the shape are then the same, so that only other texts and
/// numbers can be wrong. It is sure of an event, or says nothing: then the event is read and validated in full, which
/// also says what is wrong. A value of one thread: see ``JSONReader``.
public struct EventForms {
    /// The attributes whose texts should belong to the shape of an event: few events differ in them.
    public static let fewTexts: [StaticString] = [
        "source", "specversion", "type", "dataschema", "datacontenttype", "authtype",
    ]

    /// Integers only, so that looking at it counts no references.
    private struct Form: BitwiseCopyable {
        /// The part of `checks` that is the form's.
        let firstCheck: Int
        let endOfChecks: Int
        /// The node of `sourcerecordedtime`, or -1.
        let sourceRecordedTime: Int
        /// The nodes of `time` and `recordedtime`.
        let time: Int
        let recordedTime: Int
        let hasRules: Bool
        let parts: EventRule.Parts
    }

    /// The number of the form of each shape, or one of the two below.
    private var numbers: [Int] = []
    private static let unknown = -1
    private static let refused = -2
    private var forms: [Form] = []
    /// The schema of each form.
    private var schemas: [EventSchema] = []
    private var checks: [FormCheck] = []

    /// Knows of no event.
    public init() {}

    /// The number of the form of the event that a reader holds, and when it happened, where the event is as it
    /// must be; nil where that is not known.
    ///
    /// - Parameter recordedOffset: the byte at which a moment was read, which must be where `recordedtime` says its
    ///   own: nobody reads it again.
    public func fit(_ reader: JSONReader, recordedOffset: Int) -> (form: Int, time: Instant)? {
        let shape = reader.shape
        guard shape < numbers.count else { return nil }
        let number = numbers[shape]
        guard number >= 0 else { return nil }
        let form = forms[number]
        guard reader.byteOffset(form.recordedTime) + 1 == recordedOffset else { return nil }
        let checks = checks.span
        for index in form.firstCheck..<form.endOfChecks where !passes(checks[index], reader, number) {
            return nil
        }
        do throws(TimeError) {
            if form.sourceRecordedTime >= 0 { _ = try reader.instant(form.sourceRecordedTime) }
            let time = try reader.instant(form.time)
            if form.hasRules, !schemas[number].passesRules(reader, form.parts) { return nil }
            return (number, time)
        } catch {
            return nil
        }
    }

    @inline(__always)
    private func passes(_ check: FormCheck, _ reader: JSONReader, _ number: Int) -> Bool {
        switch check.kind {
        case .attribute:
            (reader.isOrdinaryText(check.node) && reader.isText(check.node, lengthIn: check.lengths))
                || Self.isGood(check, reader)
        case .value:
            reader.isText(check.node, lengthIn: check.lengths)
                || schemas[number].accepts(reader, check)
        }
    }

    private static func isGood(_ check: FormCheck, _ reader: JSONReader) -> Bool {
        guard let attribute = EnvelopeAttribute(rawValue: UInt8(check.rule)) else { return false }
        var attributes = EnvelopeAttributes(reader: reader, isStored: true)
        do throws(EventProblem) {
            try attributes.take(attribute, check.node)
            return true
        } catch {
            return false
        }
    }

    /// Remembers the shape of an event that was read and validated in full as a line of the log, unless what was
    /// found of it says nothing of others.
    ///
    /// - Returns: the number of the form where it is new: they are counted from 0.
    public mutating func learn(_ envelope: Envelope, _ schema: EventSchema) -> Int? {
        let reader = envelope.reader
        let shape = reader.shape
        guard shape > 0, envelope.node == 0 else { return nil }
        while numbers.count <= shape { numbers.append(Self.unknown) }
        guard numbers[shape] == Self.unknown else { return nil }
        numbers[shape] = Self.refused
        let start = checks.count
        guard let recordedTime = envelope.recordedTimeNode, reader.isOfShape(envelope.typeNode),
            !schema.isLedgerOwn || reader.isOfShape(envelope.sourceNode), addAttributes(envelope)
        else {
            checks.removeLast(checks.count - start)
            return nil
        }
        schema.program.addChecks(reader, envelope.dataNode, 0, to: &checks)
        numbers[shape] = forms.count
        forms.append(
            Form(
                firstCheck: start, endOfChecks: checks.count,
                sourceRecordedTime: envelope.sourceRecordedTimeNode ?? -1, time: envelope.timeNode,
                recordedTime: recordedTime, hasRules: !schema.rules.isEmpty, parts: EventRule.Parts(envelope))
        )
        schemas.append(schema)
        return forms.count - 1
    }

    /// Adds what is to be checked of attributes; false where their names alone do not say which schema applies.
    private mutating func addAttributes(_ envelope: Envelope) -> Bool {
        let reader = envelope.reader
        let finder = EnvelopeAttributes(reader: reader, isStored: true)
        var isKnown = true
        reader.forEachMember(of: envelope.node) { name, value in
            let attribute = finder.attribute(of: name)
            if reader.isOfShape(value) { return }
            if attribute == .dataSchema { isKnown = false }
            if let check = FormCheck(attribute, value, reader.kind(value)) { checks.append(check) }
        }
        return isKnown
    }
}

/// A check of one value of an event whose shape is known.
struct FormCheck {
    enum Kind: UInt8 {
        /// The value of an attribute of the envelope.
        case attribute
        /// A value in the data.
        case value
    }

    let kind: Kind
    let node: Int
    /// The attribute, or the rule of the value.
    let rule: Int
    /// Texts of so many bytes need no closer look (those of attributes where they are ordinary): see
    /// `SchemaMember.shortcut`.
    let lengths: Range<UInt32>

    init(node: Int, rule: Int, lengths: Range<UInt32> = 0..<0) {
        kind = .value
        self.node = node
        self.rule = rule
        self.lengths = lengths
    }

    /// The check of an attribute whose value has this kind; nil where all values of the kind are good.
    init?(_ attribute: EnvelopeAttribute, _ node: Int, _ valueKind: JSONKind) {
        switch attribute {
        case .null, .data: return nil
        case .id, .type, .time, .subject, .recordedTime, .sourceRecordedTime, .contentMAC:
            lengths = 1..<(.max)
        case .actor, .causation, .correlation, .other:
            guard valueKind == .string || valueKind == .number else { return nil }
            lengths = 0..<(.max)
        case .source, .dataSchema, .authType, .specversion, .contentType, .base64: lengths = 0..<0
        }
        kind = .attribute
        self.node = node
        rule = Int(attribute.rawValue)
    }
}
