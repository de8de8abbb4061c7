/// Where the attributes stand in the events of one shape, so that they need not be looked for in each of them. See
/// ``JSONReader/shape``.
public struct EnvelopeLayout: Sendable {
    private let attributes: [(attribute: EnvelopeAttribute, value: Int)]
    /// Whether events of the shape name the schema of their data.
    public let namesSchema: Bool

    /// The layout of the event that a reader holds, whose envelope is valid.
    public init(_ envelope: Envelope) {
        let finder = EnvelopeAttributes(reader: envelope.reader, isStored: true)
        var attributes: [(attribute: EnvelopeAttribute, value: Int)] = []
        envelope.reader.forEachMember(of: envelope.node) { name, value in
            attributes.append((finder.attribute(of: name), value))
        }
        self.attributes = attributes
        namesSchema = attributes.contains { $0.attribute == .dataSchema }
    }

    /// Reads an event of the same shape, checking the values of all attributes. Their names, and what kinds of
    /// values they have, are those of the event that the layout was made of.
    ///
    /// - Parameter recorded: what `recordedtime` says, and the byte at which its text begins, where the time was
    ///   read from there already.
    public func read(
        _ reader: JSONReader, recorded: (offset: Int, time: Instant)
    ) throws(EventProblem) -> Envelope {
        var found = EnvelopeAttributes(reader: reader, isStored: true)
        var known: Instant?
        let attributes = attributes.span
        for index in attributes.indices {
            let (attribute, value) = attributes[index]
            try found.take(attribute, value)
            if attribute == .recordedTime, reader.byteOffset(value) + 1 == recorded.offset {
                known = recorded.time
            }
        }
        return try found.envelope(of: 0, recorded: known)
    }
}
