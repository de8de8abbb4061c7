import EventLog
import Events

/// Turns sealed lines into what a person reads: personal values opened, in the members that DOMAIN.md names.
struct EventOpener {
    /// Nil where this process may not read them: then personal values stay sealed, and all else is shown.
    private let keys: LedgerKeys?

    init(_ log: EventLog) {
        do throws(LogError) {
            keys = try log.keys()
        } catch {
            keys = nil
        }
    }

    /// The event of a line with its personal values in the clear. What was erased stays as it is stored.
    func opened(_ line: Span<UInt8>) throws -> JSONValue {
        let event = try JSONValue(parsing: line)
        guard let source = event["source"]?.stringValue, let id = event["id"]?.stringValue else {
            return event
        }
        return try opened(event, pointer: "", source: source, id: id)
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
