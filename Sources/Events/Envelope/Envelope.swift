/// A valid CloudEvents 1.0 envelope, as it stands in a reader.
///
/// The texts are made when they are asked for, from the reader's nodes: an envelope is good until its reader
/// parses the next text.
public struct Envelope {
    /// The reader that holds the event.
    public let reader: JSONReader
    private let generation: Int
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
    /// The node of `subject`, if it has one.
    public let subjectNode: Int?
    /// The node of `recordedtime`, if it has one.
    public let recordedTimeNode: Int?
    /// `time`: when it happened.
    public let time: Instant
    /// `recordedtime`: when its sender, or this ledger, recorded it.
    public let recordedTime: Instant?

    init(nodes: EnvelopeNodes, node: Int, reader: JSONReader) throws(EventProblem) {
        self.reader = reader
        self.node = node
        generation = reader.generation
        idNode = nodes.id
        sourceNode = nodes.source
        typeNode = nodes.type
        timeNode = nodes.time
        dataNode = nodes.data
        subjectNode = nodes.subject < 0 ? nil : nodes.subject
        recordedTimeNode = nodes.recordedTime < 0 ? nil : nodes.recordedTime
        time = try EnvelopeNodes.instant(reader, nodes.time, "/time")
        recordedTime =
            nodes.recordedTime < 0
            ? nil : try EnvelopeNodes.instant(reader, nodes.recordedTime, "/recordedtime")
    }

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
    public var actor: String? { attribute("authid").map(text) }

    /// The node of an attribute, core or extension, if the event has it.
    public func attribute(_ name: StaticString) -> Int? { reader.member(node, name) }

    /// The extension attributes: all that are not CloudEvents' own.
    public var extensions: [(name: String, value: JSONValue)] {
        var extensions: [(name: String, value: JSONValue)] = []
        reader.forEachMember(of: node) { name, value in
            let text = reader.string(name)
            if !Reserved.required.contains(text), !Reserved.optional.contains(text) {
                extensions.append((text, reader.value(value)))
            }
        }
        return extensions
    }

    private func text(_ node: Int) -> String {
        precondition(reader.generation == generation, "the reader has parsed another text since")
        return reader.string(node)
    }
}
