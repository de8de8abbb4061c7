import Events

/// Makes events of records, as a mapping says; without a mapping, hands CloudEvents on as they are.
///
/// A mapper belongs to one thread at a time; make one for each worker. (A struct that cannot be copied, not a
/// class: a class's properties are checked for overlapping access each time they are touched, which took an
/// eighth of the time.)
public struct Mapper: ~Copyable {
    let isMapping: Bool
    let rules: [Rule]
    let fieldNames: [String]
    private let allowsUnexpected: Bool
    let stems: [String]
    let recordedSource: RecordedSource
    let reader = JSONReader()
    /// The record being mapped: its text, and where it begins there.
    var source: [UInt8] = []
    var sourceStart = 0
    var record = RawRecord(start: 0, end: 0, line: 0, number: 0, byteOffset: 0, oversizeBytes: 0)
    var file = 0
    /// The node of each field's value in the record; -1 where it is absent or null.
    var nodes: [Int32]
    /// Bytes of the events written so far.
    var output: [UInt8] = []
    /// Texts under way.
    var scratch: [UInt8] = []
    /// The elements that `$.` means, innermost last.
    var items: [Item] = []
    /// The currency seen last, packed, and its places; 0 is none.
    var currencyCode: UInt32 = 0
    var currencyPlaces = 0
    /// Where the objects and lists being written begin: with their keys, and without.
    var openings: [Int] = []

    private let names: [[UInt8]]
    /// Which slot the n-th member of the last record had: records of one file are mostly alike.
    private var expectedSlots: [Int] = []
    private var row: CSVRow
    private var columnKeys: [[UInt8]] = []
    private var columns: [String] = []

    /// Makes a mapper.
    ///
    /// - Parameters:
    ///   - mapping: How records become events; nil: they are CloudEvents.
    ///   - inputs: All inputs of the import, in order.
    ///   - recorded: Whether recorded times are looked up, and where.
    public init(mapping: Mapping?, inputs: [ImportInput], recorded: RecordedSource) {
        isMapping = mapping != nil
        rules = mapping?.rules ?? []
        fieldNames = mapping?.fields ?? []
        allowsUnexpected = mapping?.allowsUnexpected ?? false
        stems = inputs.map(\.stem)
        recordedSource = recorded
        names = (mapping?.fields ?? []).map { Array($0.utf8) }
        nodes = Array(repeating: -1, count: names.count)
        row = CSVRow(delimiter: mapping?.csv?.delimiter ?? UInt8(ascii: ","))
    }

    /// Maps a batch. Records that cannot be mapped are among the rejections; nothing is thrown.
    public mutating func map(_ batch: RawBatch) -> MappedBatch {
        var mapped = MappedBatch(progress: batch.progress)
        mapped.events.reserveCapacity(batch.records.count)
        file = batch.file
        output = []
        if isMapping { output.reserveCapacity(batch.bytes.count) }
        source = batch.bytes
        for record in batch.records {
            self.record = record
            sourceStart = record.start
            let rollback = output.count
            let eventCount = mapped.events.count
            do throws(EventProblem) {
                guard record.oversizeBytes == 0 else { throw oversize(record) }
                if isMapping {
                    try map(record, of: batch, into: &mapped)
                } else {
                    try pass(record, into: &mapped)
                }
            } catch {
                output.removeLast(output.count - rollback)
                mapped.events.removeLast(mapped.events.count - eventCount)
                mapped.rejections.append(
                    Rejection(
                        origin: RecordOrigin(record, file: file),
                        problem: error.at(eventNumber: record.number, line: record.line),
                        raw: Array(batch.bytes[record.start..<record.end])))
            }
            if case .csv = batch.format { source = batch.bytes }
        }
        mapped.bytes = isMapping ? output : batch.bytes
        source = []
        output = []
        return mapped
    }

    private func oversize(_ record: RawRecord) -> EventProblem {
        EventProblem(
            code: "too_long", pointer: "", expected: "a record of at most 1048576 bytes",
            found: "one of \(record.oversizeBytes) bytes")
    }

    /// A CloudEvent as it stands: its time is only read where the order of recording needs it.
    private mutating func pass(_ record: RawRecord, into mapped: inout MappedBatch) throws(EventProblem) {
        var recorded: Instant?
        if recordedSource != .now {
            try parseSource(from: record.start, to: record.end)
            let node = reader.member(0, recordedSource == .field ? "recordedtime" : "time") ?? -1
            recorded = try recordedTime(ofNode: node)
        }
        mapped.events.append(
            MappedEvent(
                start: record.start, end: record.end, origin: RecordOrigin(record, file: file),
                recorded: recorded))
    }

    private func recordedTime(ofNode node: Int) throws(EventProblem) -> Instant {
        let name = recordedSource == .field ? "recordedtime" : "time"
        guard node >= 0, reader.kind(node) == .string else {
            throw EventProblem(
                code: "missing", pointer: "/\(name)",
                expected: "a time (--recorded \(recordedSource.rawValue))",
                found: node < 0 ? "nothing" : reader.kind(node).words)
        }
        do {
            return try reader.withText(node) { text throws(TimeError) in try Instant(parsing: text) }
        } catch {
            throw EventProblem(
                code: "bad_time", pointer: "/\(name)", expected: "an RFC 3339 time", found: "\(error)")
        }
    }

    private mutating func map(
        _ record: RawRecord, of batch: RawBatch, into mapped: inout MappedBatch
    ) throws(EventProblem) {
        switch batch.format {
        case .json: try parseSource(from: record.start, to: record.end)
        case .csv(let columns, _): try parseRow(record, columns)
        }
        guard reader.kind(0) == .object else {
            throw EventProblem(
                code: "not_object", pointer: "", expected: "a JSON object", found: reader.kind(0).words)
        }
        var present = FieldSet()
        var unknown = -1
        findFields(&present, &unknown)
        let rule = try chooseRule()
        if rule.skips {
            mapped.skipped[rule.name, default: 0] += 1
            return
        }
        if !allowsUnexpected && (unknown >= 0 || !present.isSubset(of: rule.known)) {
            throw unexpected(rule, present, unknown)
        }
        for template in rule.events where try holds(template.conditions) {
            let start = output.count
            let recorded = try write(template)
            mapped.events.append(
                MappedEvent(
                    start: start, end: output.count, origin: RecordOrigin(record, file: file),
                    recorded: recorded))
            output.append(0x0A)
        }
    }

    private func parseSource(from start: Int, to end: Int) throws(EventProblem) {
        // A span cannot be lent out of a class's property, only out of a local.
        let text = source
        do {
            try reader.parse(text.span.extracting(start..<end))
        } catch {
            throw EventProblem(error)
        }
    }

    /// A CSV row is mapped as the JSON object that it stands for: column names and texts.
    private mutating func parseRow(_ record: RawRecord, _ columns: [String]) throws(EventProblem) {
        if self.columns != columns {
            self.columns = columns
            columnKeys = columns.map { name in
                var key: [UInt8] = []
                key.appendJSONString(name)
                return key
            }
        }
        do {
            try row.read(source, from: record.start, to: record.end)
        } catch {
            throw EventProblem(code: "bad_csv", pointer: "", expected: "a CSV row", found: error.message)
        }
        guard row.cells.count == columns.count else {
            throw EventProblem(
                code: "bad_csv", pointer: "", expected: "\(columns.count) cells, as the header has",
                found: "\(row.cells.count)")
        }
        var json: [UInt8] = []
        row.writeJSON(columns: columnKeys, into: &json)
        source = json
        sourceStart = 0
        try parseSource(from: 0, to: json.count)
    }

    private mutating func findFields(_ present: inout FieldSet, _ unknown: inout Int) {
        for index in nodes.indices { nodes[index] = -1 }
        let end = reader.next(0)
        var name = 1
        var ordinal = 0
        while name < end {
            let value = name + 1
            let slot = slot(ofName: name, ordinal: ordinal)
            if slot >= 0 {
                present.insert(slot)
                if reader.kind(value) != .null { nodes[slot] = Int32(value) }
            } else if unknown < 0 {
                unknown = name
            }
            ordinal += 1
            name = reader.next(value)
        }
    }

    private mutating func slot(ofName name: Int, ordinal: Int) -> Int {
        if ordinal < expectedSlots.count {
            let guess = expectedSlots[ordinal]
            if guess >= 0 {
                let expected = names[guess]
                if reader.text(name, equals: expected.span) { return guess }
            }
        } else {
            expectedSlots.append(-1)
        }
        for slot in names.indices {
            let known = names[slot]
            if reader.text(name, equals: known.span) {
                expectedSlots[ordinal] = slot
                return slot
            }
        }
        return -1
    }

    private func chooseRule() throws(EventProblem) -> Rule {
        for rule in rules where try holds(rule.conditions) { return rule }
        var pointer = ""
        var found = "none that fits"
        if let condition = rules.first?.conditions.first {
            pointer = condition.field.pointer
            found = describe(node(at: condition.field))
        }
        throw EventProblem(
            code: "no_rule", pointer: pointer, expected: "a record that a rule of the mapping is for",
            found: found)
    }

    private func unexpected(_ rule: Rule, _ present: FieldSet, _ unknown: Int) -> EventProblem {
        var name = unknown >= 0 ? reader.string(unknown) : ""
        if unknown < 0,
            let slot = names.indices.first(where: { present.contains($0) && !rule.known.contains($0) })
        {
            name = fieldNames[slot]
        }
        return EventProblem(
            code: "unexpected_field", pointer: "/" + JSONPointer.escape(name),
            expected: "a field that rule \"\(rule.name)\" uses, or `ignore` names",
            found: "one that the mapping does not know")
    }
}

/// What `$.` stands for: a node of the record, or a piece of a text that was split.
enum Item {
    case node(Int, index: Int)
    case text([UInt8], index: Int)

    var index: Int {
        switch self {
        case .node(_, let index), .text(_, let index): index
        }
    }
}
