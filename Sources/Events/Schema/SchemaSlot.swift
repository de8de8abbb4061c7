import Synchronization

/// A place for one version of a type: holds the compiled schema, or makes it when it is first wanted.
///
/// Every event comes by here. Measured: `AtomicLazyReference` costs as much as checking a small event.
final class SchemaSlot: @unchecked Sendable {
    // Unchecked: `made` is written once, under `lock`, before `isMade` is set with release; it is read under
    // the lock, or after `isMade` was seen with acquire.

    private let type: String
    private let version: Int
    private let text: StaticString
    private let lock = Mutex<Void>(())
    private let isMade: Atomic<Bool>
    private var made: EventSchema?

    /// A place for a built-in schema.
    init(type: String, version: Int, text: StaticString) {
        self.type = type
        self.version = version
        self.text = text
        isMade = Atomic(false)
    }

    /// A place for a schema that is compiled already.
    init(_ schema: EventSchema) {
        type = schema.type
        version = schema.version
        text = ""
        made = schema
        isMade = Atomic(true)
    }

    /// A place for the same schema, compiled once more.
    func separate() -> SchemaSlot {
        let isBuiltIn = text.utf8CodeUnitCount > 0
        return isBuiltIn
            ? SchemaSlot(type: type, version: version, text: text) : SchemaSlot(schema.separate())
    }

    /// The compiled schema.
    var schema: EventSchema {
        if isMade.load(ordering: .acquiring), let made { return made }
        return lock.withLock { _ in
            if let made { return made }
            let schema = compile()
            made = schema
            isMade.store(true, ordering: .releasing)
            return schema
        }
    }

    private func compile() -> EventSchema {
        do {
            return try EventSchema(
                type: type, version: version, schema: JSONValue(parsing: String(describing: text)))
        } catch {
            preconditionFailure("the built-in schema of \(type), version \(version): \(error)")
        }
    }
}
