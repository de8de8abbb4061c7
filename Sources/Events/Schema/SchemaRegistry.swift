/// The schemas of all types that events may have: those of schemas/, and those that users registered.
///
/// A value: adding a type to a copy changes no other. Built-in schemas are compiled when they are first
/// needed.
public struct SchemaRegistry: Sendable {
    /// The schemas of schemas/, and no others.
    public static let builtIn = SchemaRegistry(BuiltInSchemas.all)

    private struct Entry {
        let type: [UInt8]
        let isBuiltIn: Bool
        /// By version: the first is version 1.
        var versions: [SchemaSlot]
    }

    private var entries: [Entry] = []
    /// Open addressing: 1 + the number of an entry, or 0; a power of two, at most half full.
    private var table: [Int] = []

    init(_ texts: [(type: String, version: Int, text: StaticString)]) {
        for (type, version, text) in texts {
            let slot = SchemaSlot(type: type, version: version, text: text)
            if let place = place(of: type.utf8.span) {
                precondition(
                    entries[place].versions.count == version - 1, "versions of \(type) are not in order")
                entries[place].versions.append(slot)
            } else {
                precondition(version == 1, "\(type) has no version 1")
                add(Entry(type: Array(type.utf8), isBuiltIn: true, versions: [slot]))
            }
        }
    }

    private mutating func add(_ entry: Entry) {
        entries.append(entry)
        if table.count < entries.count * 2 {
            var size = 256
            while size < entries.count * 4 { size *= 2 }
            table = Array(repeating: 0, count: size)
            for number in entries.indices { index(number) }
        } else {
            index(entries.count - 1)
        }
    }

    private mutating func index(_ number: Int) {
        let type = entries[number].type
        var bucket = Self.bucket(type.span, table.count)
        while table[bucket] != 0 { bucket = (bucket + 1) & (table.count - 1) }
        table[bucket] = number + 1
    }

    private static func bucket(_ type: Span<UInt8>, _ size: Int) -> Int {
        // FNV-1a: a few steps a byte, and the types are known or refused, so nobody gains by collisions.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in type.indices { hash = (hash ^ UInt64(type[index])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (size - 1)
    }

    private func place(of type: Span<UInt8>) -> Int? {
        guard !table.isEmpty else { return nil }
        var bucket = Self.bucket(type, table.count)
        while table[bucket] != 0 {
            let place = table[bucket] - 1
            let known = entries[place].type
            var index = 0
            if known.count == type.count {
                while index < type.count, known[index] == type[index] { index += 1 }
                if index == type.count { return place }
            }
            bucket = (bucket + 1) & (table.count - 1)
        }
        return nil
    }

    /// The same schemas, which share no memory with these. Two threads that check millions of events by the same
    /// schemas spend much of their time on counting who uses them.
    public func separate() -> SchemaRegistry {
        var copy = self
        for number in copy.entries.indices {
            copy.entries[number].versions = entries[number].versions.map { $0.separate() }
        }
        return copy
    }

    // MARK: Looking up

    /// All types, sorted.
    public var types: [String] {
        entries.map { String(decoding: $0.type, as: UTF8.self) }.sorted()
    }

    /// The newest version of a type's schema, or nil where the type is unknown.
    public func schema(type: String) -> EventSchema? {
        schema(type: type.utf8.span)
    }

    /// The newest version of a type's schema, or nil where the type is unknown.
    public func schema(type: Span<UInt8>) -> EventSchema? {
        place(of: type).flatMap { entries[$0].versions.last?.schema }
    }

    /// One version of a type's schema, or nil where there is none such.
    public func schema(type: String, version: Int) -> EventSchema? {
        guard let place = place(of: type.utf8.span), entries[place].versions.indices.contains(version - 1)
        else {
            return nil
        }
        return entries[place].versions[version - 1].schema
    }

    /// The number of versions that a type has; 0 where it is unknown.
    public func versionCount(of type: String) -> Int {
        place(of: type.utf8.span).map { entries[$0].versions.count } ?? 0
    }

    /// Whether a type is one of schemas/, not one of the users' own.
    public func isBuiltIn(_ type: String) -> Bool {
        place(of: type.utf8.span).map { entries[$0].isBuiltIn } ?? false
    }

    /// The schema of an event: of the version that its `dataschema` names, else the newest of its type.
    ///
    /// The ledger adds `dataschema` to what it stores unless the version is 1: of a stored event without one
    /// it is therefore version 1 (`stored`), whatever the newest has become.
    public func schema(of envelope: Envelope, stored: Bool = false) throws(EventProblem) -> EventSchema {
        let reader = envelope.reader
        let place = reader.withText(envelope.typeNode) { self.place(of: $0) }
        guard let place else { throw unknownType(envelope.type) }
        let versions = entries[place].versions
        guard let newest = versions.last?.schema else { preconditionFailure("a type without a version") }
        guard let named = envelope.attribute("dataschema") else {
            return stored ? versions[0].schema : newest
        }
        for slot in versions.reversed() where reader.text(named, equals: slot.schema.identifier) {
            return slot.schema
        }
        throw EventProblem(
            code: "unknown_schema", pointer: "/dataschema",
            expected: "\(newest.identifier), or no dataschema",
            found: SchemaProgram.found(reader, named, hidden: false))
    }

    /// Checks an event by the schema of its type, and gives that schema.
    @discardableResult
    public func validate(_ envelope: Envelope, sealed: Bool = false) throws(EventProblem) -> EventSchema {
        let schema = try schema(of: envelope)
        try schema.validate(envelope, sealed: sealed)
        return schema
    }

    /// Checks the data that an event.corrected puts in the place of its target's, by the schema of the
    /// target's type; the correction itself must be valid already.
    public func validateCorrection(_ correction: Envelope, target: EventSchema) throws(EventProblem) {
        guard let data = correction.reader.member(correction.dataNode, "data") else {
            throw EventProblem(
                code: "missing", pointer: "/data/data", expected: "the member data", found: "nothing")
        }
        try target.validate(correction.reader, data: data, pointer: "/data/data")
    }

    /// What to say of a type that there is not.
    public func unknownType(_ type: String) -> EventProblem {
        let near = NearNames.nearest(to: type, among: types)
        let hint =
            near.isEmpty ? "daybook schema list shows all" : "did you mean \(near.joined(separator: " or "))?"
        return EventProblem(
            code: "unknown_type", pointer: "/type", expected: "a known type; \(hint)",
            found: "“\(type.count > 60 ? type.prefix(60) + "…" : type)”")
    }

    // MARK: Users' own types

    /// Adds a type of a user's own, or its next version. The same version with the same schema again changes
    /// nothing. Throws where the type is built in, the version is not the next one, or the schema is outside
    /// the subset.
    public mutating func register(type: String, version: Int, schema document: JSONValue) throws(SchemaError)
    {
        let known = place(of: type.utf8.span)
        if let known, entries[known].isBuiltIn {
            throw SchemaError(
                pointer: "", keyword: "type", reason: "\(type) is built in; choose another name for your own")
        }
        guard Self.typePattern.matches(type.utf8.span) else {
            throw SchemaError(
                pointer: "", keyword: "type",
                reason: "“\(type)” is no type; expected two or more lower-case words with dots between, "
                    + "such as workshop.booked")
        }
        if document["x-ledger"] == .bool(true) {
            throw SchemaError(
                pointer: "", keyword: "x-ledger", reason: "is for types that the ledger itself writes")
        }
        let count = known.map { entries[$0].versions.count } ?? 0
        if let known, version >= 1, version <= count {
            guard entries[known].versions[version - 1].schema.document == document else {
                throw SchemaError(
                    pointer: "", keyword: "version",
                    reason: "version \(version) of \(type) is registered with another schema; "
                        + "versions are never changed, register version \(count + 1)")
            }
            return
        }
        guard version == count + 1 else {
            throw SchemaError(
                pointer: "", keyword: "version",
                reason: "the next version of \(type) is \(count + 1), not \(version)")
        }
        let slot = SchemaSlot(try EventSchema(type: type, version: version, schema: document))
        if let known {
            entries[known].versions.append(slot)
        } else {
            add(Entry(type: Array(type.utf8), isBuiltIn: false, versions: [slot]))
        }
    }

    static let typePattern: SchemaPattern = {
        do throws(PatternError) {
            return try SchemaPattern(#"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"#)
        } catch {
            preconditionFailure("the pattern of types \(error.reason)")
        }
    }()

    /// A number that changes with every change of a schema: what was computed under another one is stale.
    public var fingerprint: UInt64 {
        var bytes: [UInt8] = []
        for type in types {
            for version in 1...versionCount(of: type) {
                guard let schema = schema(type: type, version: version) else { continue }
                bytes += Array("\(type) \(version) ".utf8)
                bytes += schema.document.canonicalBytes
            }
        }
        return StableHash.hash(bytes.span)
    }
}
