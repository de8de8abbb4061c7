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

    /// The name of the index in storage.
    var name: String {
        switch self {
        case .customer: "customer"
        case .type: "type"
        case .actor: "actor"
        case .correlation: "correlation"
        case .id: "id"
        }
    }
}

/// The keys of one event in the indexes; 0 where it has no such attribute.
struct IndexKeys: BitwiseCopyable {
    private var keys: InlineArray<5, UInt64> = .init(repeating: 0)

    subscript(kind: IndexKind) -> UInt64 {
        get { keys[kind.rawValue] }
        set { keys[kind.rawValue] = newValue }
    }

    /// The key of the index of this number.
    subscript(number: Int) -> UInt64 { keys[number] }

    init() {}

    /// The keys of a stored line.
    init(_ line: Span<UInt8>, _ fields: LineFields) {
        self[.customer] = Self.key(line, fields.subject)
        self[.type] = Self.key(line, fields.type)
        self[.actor] = Self.key(line, fields.actor)
        self[.correlation] = Self.key(line, fields.correlation)
        self[.id] = Self.withText(of: line, fields.id) { id in
            Self.withText(of: line, fields.source) { Self.idKey(id: id, source: $0) }
        }
    }

    /// The key of a text: never 0, which means absent.
    static func key(_ text: Span<UInt8>) -> UInt64 {
        max(StableHash.hash(text) >> 16, 1)
    }

    /// The key of an identity.
    static func idKey(id: Span<UInt8>, source: Span<UInt8>) -> UInt64 {
        max(idPrefix(id) << 16 | StableHash.hash(source) >> 48, 1)
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
