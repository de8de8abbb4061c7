import Events

/// Where the texts stand in an event of which its keys are made. They hold for all events of its shape, and what
/// belongs to the shape is hashed once.
struct IndexKeyPlaces: BitwiseCopyable {
    private let id: Int
    /// Nodes; -1 where there is no text, or its hash is known.
    private var source: Int
    private var type: Int
    private let customer: Int
    private let actor: Int
    private let correlation: Int
    private let causation: Int
    private let channel: Int
    private var known = IndexKeys()
    private var sourceHash: UInt64 = 0

    /// The places in an event.
    init(_ envelope: Envelope) {
        let reader = envelope.reader
        func text(_ node: Int?) -> Int {
            guard let node, reader.kind(node) == .string else { return -1 }
            return node
        }
        id = envelope.idNode
        source = envelope.sourceNode
        type = envelope.typeNode
        customer = text(envelope.subjectNode)
        actor = text(envelope.actorNode)
        correlation = text(envelope.correlationNode)
        causation = text(envelope.causationNode)
        channel = text(reader.member(envelope.dataNode, "channel"))
    }

    /// The places in all events of the shape of an event.
    init(ofShapeOf envelope: Envelope) {
        self.init(envelope)
        let reader = envelope.reader
        if reader.isOfShape(source) {
            sourceHash = reader.textHash(source)
            known.source = IndexKeys.columnHash(IndexKeys.key(hash: sourceHash))
            source = -1
        }
        if reader.isOfShape(type) {
            known[.type] = IndexKeys.key(hash: reader.textHash(type))
            type = -1
        }
    }

    /// The keys of the event that a reader holds.
    func keys(_ reader: JSONReader) -> IndexKeys {
        var keys = known
        var hash = sourceHash
        if source >= 0 {
            hash = reader.textHash(source)
            keys.source = IndexKeys.columnHash(IndexKeys.key(hash: hash))
        }
        keys[.id] = IndexKeys.idKey(idHash: reader.textHash(id), sourceHash: hash)
        if type >= 0 { keys[.type] = Self.key(reader, type) }
        keys[.customer] = Self.key(reader, customer)
        keys[.actor] = Self.key(reader, actor)
        keys[.correlation] = Self.key(reader, correlation)
        keys[.causation] = Self.key(reader, causation)
        keys.channel = IndexKeys.columnHash(Self.key(reader, channel))
        return keys
    }

    /// The key of a text; 0 where there is none, or it is empty.
    @inline(__always)
    private static func key(_ reader: JSONReader, _ node: Int) -> UInt64 {
        node < 0 || reader.textLength(node) == 0 ? 0 : IndexKeys.key(hash: reader.textHash(node))
    }
}
