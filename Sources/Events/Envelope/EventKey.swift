/// The identity of an event: CloudEvents' source and id together.
public struct EventKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Who made the event: a URI reference.
    public let source: String
    /// The event's id, unique within its source.
    public let id: String

    /// An identity.
    public init(source: String, id: String) {
        self.source = source
        self.id = id
    }

    /// The stable hash of the source, a zero byte and the id.
    public var hash: UInt64 {
        var bytes = Array(source.utf8)
        bytes.append(0)
        bytes.append(contentsOf: id.utf8)
        return StableHash.hash(bytes.span)
    }

    /// By source, then id, in the order of their bytes.
    public static func < (left: EventKey, right: EventKey) -> Bool {
        (left.source, left.id) < (right.source, right.id)
    }

    /// Source and id, for people.
    public var description: String { "\(source) \(id)" }
}
