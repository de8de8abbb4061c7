/// A valid CloudEvents 1.0 envelope, as it stands in a reader.
///
/// The texts are made when they are asked for, from the reader's nodes: an envelope is good until its reader
/// parses the next text.
public struct Envelope {
    /// The reader that holds the event.
    public let reader: JSONReader
    let generation: Int
    /// The node of the whole event.
    public let node: Int
    /// The node of `id`.
    public let idNode: Int
    /// The node of `source`.
    public let sourceNode: Int
    /// The node of `type`.
    public let typeNode: Int
    /// The node of `time`.
    public let timeNode: Int
    /// The node of `data`, an object.
    public let dataNode: Int
    /// The node of `subject`, if the event has one.
    public let subjectNode: Int?
    /// The node of `recordedtime`, if the event has one.
    public let recordedTimeNode: Int?
    /// The node of `sourcerecordedtime`, if the event has one.
    public let sourceRecordedTimeNode: Int?
    /// The node of the extension `authid`, if the event has one.
    public let actorNode: Int?
    /// The node of the extension `correlationid`, if the event has one.
    public let correlationNode: Int?
    /// The node of the extension `causationid`, if the event has one.
    public let causationNode: Int?
    /// `time`: when it happened.
    public let time: Instant
    /// `recordedtime`: when its sender, or this ledger, recorded it.
    public let recordedTime: Instant?

    /// The event's id.
    public var id: String { text(idNode) }
    /// Who made the event: a URI reference.
    public var source: String { text(sourceNode) }
    /// The event's type, such as `purchase.completed`.
    public var type: String { text(typeNode) }
    /// The customer, if the event is one's.
    public var subject: String? { subjectNode.map(text) }
    /// `time` as it was sent.
    public var timeText: String { text(timeNode) }
    /// Source and id.
    public var key: EventKey { EventKey(source: source, id: id) }
    /// Who did it: the extension `authid`.
    public var actor: String? { actorNode.map(text) }
    /// Whether the source is the ledger's own.
    public var isLedgerOwn: Bool { reader.text(sourceNode, equals: "daybook:") }

    /// The hash of source and id, as ``EventKey/hash`` has it, without making strings.
    public var keyHash: UInt64 { StableHash.hash(reader, sourceNode, idNode) }

    /// The node of an attribute, core or extension. Attributes that are null count as absent.
    public func attribute(_ name: StaticString) -> Int? {
        guard let value = reader.member(node, name), reader.kind(value) != .null else { return nil }
        return value
    }

    /// The extension attributes: all that are not CloudEvents' own. Those that are null count as absent.
    public var extensions: [(name: String, value: JSONValue)] {
        var extensions: [(name: String, value: JSONValue)] = []
        reader.forEachMember(of: node) { name, value in
            let text = reader.string(name)
            if reader.kind(value) != .null, !Reserved.required.contains(text),
                !Reserved.optional.contains(text)
            {
                extensions.append((text, reader.value(value)))
            }
        }
        return extensions
    }

    /// The text of a string, checked to be of the text this envelope was read from.
    private func text(_ node: Int) -> String {
        precondition(reader.generation == generation, "the reader has parsed another text since")
        return reader.string(node)
    }
}
