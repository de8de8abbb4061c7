import Events
import Synchronization

/// The types of events that a log takes: those it was opened with, and those that users registered since.
final class SchemaBook: Sendable {
    /// The type of the events that register a type.
    static let registration = "schema.registered"

    private struct Edition {
        var registry: SchemaRegistry
        var number = 0
    }

    private let edition: Mutex<Edition>

    init(_ registry: SchemaRegistry) { edition = Mutex(Edition(registry: registry)) }

    /// The types as they are known now.
    var current: SchemaRegistry { edition.withLock { $0.registry } }

    /// Counts how often types were added.
    var number: Int { edition.withLock { $0.number } }

    /// Adds the type that an event registers; events of other types are passed over.
    func register(_ envelope: Envelope) throws(SchemaError) {
        var registry = current
        try Self.register(envelope, in: &registry)
        edition.withLock { edition in
            edition.registry = registry
            edition.number += 1
        }
    }

    /// Why the type that an event registers cannot be added after those that a registry knows, or nil.
    static func objection(to envelope: Envelope, after known: SchemaRegistry) -> EventProblem? {
        var registry = known
        do throws(SchemaError) {
            try register(envelope, in: &registry)
            return nil
        } catch {
            return EventProblem(
                code: "bad_schema", pointer: "/data/schema" + error.pointer,
                expected: "a type, or the next version of one, that can be added", found: error.description)
        }
    }

    /// Adds the type that an event registers to a registry.
    static func register(
        _ envelope: Envelope, in registry: inout SchemaRegistry
    ) throws(SchemaError) {
        let data = envelope.reader.value(envelope.dataNode)
        guard envelope.type == registration, let type = data["type"]?.stringValue,
            let version = data["version"]?.integerValue, let schema = data["schema"]
        else { return }
        try registry.register(type: type, version: version, schema: schema)
    }
}
