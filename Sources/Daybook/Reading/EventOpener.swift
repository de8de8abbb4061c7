import EventLog
import Events

/// Turns sealed lines into what a person reads: personal values opened, in the members that DOMAIN.md names.
struct EventOpener: Sendable {
    /// Nil where this process may not read them, or is asked not to: then personal values stay sealed, and all
    /// else is shown.
    private let keys: LedgerKeys?

    init(_ log: EventLog, leavingSealed: Bool = false) {
        guard !leavingSealed else {
            keys = nil
            return
        }
        do throws(LogError) {
            keys = try log.keys()
        } catch {
            keys = nil
        }
    }

    /// Whether personal values are opened.
    var opensPersonal: Bool { keys != nil }

    /// Whether a line holds sealed values.
    static func holdsSealed(_ line: Span<UInt8>) -> Bool { sealedMark.stands(in: line) }

    private static let sealedMark = ByteSearch(Array("{\"$sealed\":".utf8))

    /// The event of a line with its personal values in the clear. What was erased stays as it is stored.
    func opened(_ line: Span<UInt8>) throws -> JSONValue {
        let reader = JSONReader()
        try reader.parse(line)
        return try opened(reader)
    }

    /// The same for the line that a reader parsed last: the whole event, or the value at one of its nodes.
    func opened(_ reader: JSONReader, node: Int = 0, pointer: String = "") throws -> JSONValue {
        let value = reader.value(node)
        guard let source = reader.member(0, "source"), let id = reader.member(0, "id") else { return value }
        switch value {
        case .null, .bool, .number, .string: return value
        case .array, .object:
            return try opened(
                value, pointer: pointer, source: reader.string(source), id: reader.string(id))
        }
    }

    /// The same for a value within an event as it is stored.
    func opened(_ value: JSONValue, pointer: String, of event: JSONValue) throws -> JSONValue {
        guard let source = event["source"]?.stringValue, let id = event["id"]?.stringValue else {
            return value
        }
        return try opened(value, pointer: pointer, source: source, id: id)
    }

    /// An opened event as an entry of a trail.
    func entry(_ event: JSONValue, at position: Position) -> JSONValue {
        [
            "position": .number(Double(position.rawValue)), "recorded_at": instant(event["recordedtime"]),
            "time": instant(event["time"]), "type": event["type"] ?? .null,
            "customer": event["subject"] ?? .null,
            "source": event["source"] ?? .null, "id": event["id"] ?? .null, "actor": event["authid"] ?? .null,
            "channel": event.value(at: "data.channel") ?? .null,
            "correlation": event["correlationid"] ?? .null,
            "causation": event["causationid"] ?? .null, "data": event["data"] ?? .null,
        ]
    }

    /// A time as all answers write it, whatever offset it was sent with.
    private func instant(_ value: JSONValue?) -> JSONValue {
        guard let text = value?.stringValue else { return .null }
        do throws(TimeError) {
            return .string(try Instant(parsing: text).description)
        } catch {
            return .string(text)
        }
    }

    private func opened(_ value: JSONValue, pointer: String, source: String, id: String) throws -> JSONValue {
        switch value {
        case .null, .bool, .number, .string:
            return value
        case .array(let elements):
            return .array(
                try elements.enumerated().map { index, element in
                    try opened(element, pointer: "\(pointer)/\(index)", source: source, id: id)
                })
        case .object(let object):
            if value.isSealed {
                guard let keys else { return value }
                return try keys.unseal(value, source: source, id: id, pointer: pointer) ?? value
            }
            var result = JSONObject()
            for member in object {
                result[member.name] = try opened(
                    member.value, pointer: "\(pointer)/\(JSONPointer.escape(member.name))", source: source,
                    id: id)
            }
            return .object(result)
        }
    }
}
