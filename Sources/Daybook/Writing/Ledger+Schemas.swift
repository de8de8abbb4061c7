import EventLog
public import Events
import Foundation
import Views

extension Ledger {
    /// Whether a folder holds a ledger.
    public static func isThere(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/log/data.mdb")
    }

    /// The types of events that the ledger takes: the built-in ones and those that its users registered.
    public func schemas() throws(LedgerError) -> SchemaRegistry {
        try asking { try log.registeredSchemas() }
    }

    /// Registers a type of a user's own, or its next version. From then on events of it are taken, and checked by it.
    ///
    /// - Parameters:
    ///   - document: a JSON Schema in the subset that schemas/README.md describes, for the data of the events.
    ///   - type: two or more lower-case words with dots between.
    ///   - version: nil for the next one. A version that is there already with the same schema is left as it is.
    /// - Returns: `{type, version, position, customer, personal}`; position null where nothing was written.
    /// - Throws: `badData` where the schema says what is outside the subset, where the type is built in, or where the
    ///   version is another one.
    public func registerSchema(
        _ document: JSONValue, as type: String, version: Int? = nil, by actor: String
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            var known = try log.registeredSchemas()
            let count = known.versionCount(of: type)
            let isThere = { (version: Int) in
                known.schema(type: type, version: version)?.document == document
            }
            let version = version ?? (count > 0 && isThere(count) ? count : count + 1)
            let isKnown = !known.isBuiltIn(type) && isThere(version)
            try Self.requireOwnIdentifier(document, type: type, version: version)
            do throws(SchemaError) {
                try known.register(type: type, version: version, schema: document)
            } catch {
                throw LedgerError(.badData, "the schema cannot be added: \(error.description)")
            }
            let schema = known.schema(type: type, version: version)
            var answer = JSONObject([
                ("type", .string(type)), ("version", .number(Double(version))), ("position", .null),
                ("customer", schema.map { .string($0.subject.rawValue) } ?? .null),
                ("personal", .array((schema?.personalPaths ?? []).map { .string($0) })),
            ])
            if isKnown { return .object(answer) }
            let event: JSONValue = [
                "specversion": "1.0", "id": .string(UUID().uuidString.lowercased()), "source": "daybook:",
                "type": "schema.registered", "time": .string(clock().description), "authtype": "user",
                "authid": .string(actor),
                "data": ["type": .string(type), "version": .number(Double(version)), "schema": document],
            ]
            let result = try log.appendOwn([IncomingEvent(event)])
            follower.follow()
            answer["position"] = .number(Double(try Self.report(result).outcomes[0].position))
            return .object(answer)
        }
    }

    /// Events name their schema by its `$id`: one that names another type or version would be taken for that.
    private static func requireOwnIdentifier(
        _ document: JSONValue, type: String, version: Int
    ) throws(LedgerError) {
        let expected = "urn:daybook:schema:\(type):v\(version)"
        guard let identifier = document["$id"]?.stringValue, identifier.hasPrefix("urn:daybook:schema:"),
            identifier != expected
        else { return }
        throw LedgerError(
            .badData,
            "the schema cannot be added: its $id is \(identifier), and it is to be \(expected). Correct the $id, or "
                + "leave it out")
    }
}
