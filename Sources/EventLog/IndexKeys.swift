import Events

/// The indexes of the log: from a hash of 48 bits to positions. A match is confirmed by reading the line.
enum IndexKind: Int, CaseIterable {
    case customer
    case type
    case actor
    case correlation
    /// The hash of the id in the high 32 bits and that of the source in the low 16, so that one index finds an
    /// event by both and all events of an id by the prefix.
    case id
    /// Younger than the others: a ledger of an earlier program has it from where this one made it up to.
    case causation

    /// Those that every ledger has up to the same event.
    static let original: [IndexKind] = [.customer, .type, .actor, .correlation, .id]
}

/// The keys of one event in the indexes, and the hashes of its columns; 0 where it has no such attribute.
struct IndexKeys: BitwiseCopyable {
    private var keys: InlineArray<6, UInt64> = .init(repeating: 0)
    /// The hash of the source, for its column.
    var source: UInt32 = 0
    /// The hash of the channel in the data, for its column.
    var channel: UInt32 = 0

    subscript(kind: IndexKind) -> UInt64 {
        get { keys[kind.rawValue] }
        set { keys[kind.rawValue] = newValue }
    }

    /// The key of the index of this number.
    subscript(number: Int) -> UInt64 { keys[number] }

    init() {}

    /// The keys of an event that was read.
    init(_ envelope: Envelope) { self = IndexKeyPlaces(envelope).keys(envelope.reader) }

    /// The keys of a stored line.
    init(_ line: Span<UInt8>, _ fields: LineFields) {
        self[.customer] = Self.key(line, fields.subject)
        self[.type] = Self.key(line, fields.type)
        self[.actor] = Self.key(line, fields.actor)
        self[.correlation] = Self.key(line, fields.correlation)
        self[.causation] = Self.key(line, fields.causation)
        self[.id] = Self.withText(of: line, fields.id) { id in
            Self.withText(of: line, fields.source) { Self.idKey(id: id, source: $0) }
        }
        source = Self.columnHash(Self.key(line, fields.source))
        channel = Self.columnHash(Self.key(line, fields.channel(in: line)))
    }

    /// What a column holds of a key: 32 bits of it, or 0 for an absent attribute.
    static func columnHash(_ key: UInt64) -> UInt32 {
        key == 0 ? 0 : max(UInt32(truncatingIfNeeded: key >> 16), 1)
    }

    /// The key of a text: never 0, which means absent.
    static func key(_ text: Span<UInt8>) -> UInt64 { key(hash: StableHash.hash(text)) }

    static func key(hash: UInt64) -> UInt64 { max(hash >> 16, 1) }

    /// The key of an identity.
    static func idKey(id: Span<UInt8>, source: Span<UInt8>) -> UInt64 {
        idKey(idHash: StableHash.hash(id), sourceHash: StableHash.hash(source))
    }

    static func idKey(idHash: UInt64, sourceHash: UInt64) -> UInt64 {
        max((idHash >> 32) << 16 | sourceHash >> 48, 1)
    }

    /// The high 32 bits of the keys of all events with this id.
    static func idPrefix(_ id: Span<UInt8>) -> UInt64 { StableHash.hash(id) >> 32 }

    private static func key(_ line: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        range.isEmpty ? 0 : withText(of: line, range) { key($0) }
    }

    private static func withText<Result>(
        of line: Span<UInt8>, _ range: Range<Int>, _ body: (Span<UInt8>) -> Result
    ) -> Result {
        let raw = line.extracting(range)
        for index in raw.indices where raw[index] == UInt8(ascii: "\\") {
            return body(line.unescaped(range).span)
        }
        return body(raw)
    }
}
