import Events
import Foundation

/// The folder schemas/ of this checkout, and what lies in it.
enum SchemaFolder {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let folder = root.appendingPathComponent("schemas")

    /// The names of the schemas, such as `purchase.completed.v1.json`, sorted.
    static func fileNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") && $0 != "envelope.json" }.sorted()
    }

    /// The type and version that a file name says.
    static func type(of fileName: String) throws -> (type: String, version: Int) {
        let parts = fileName.dropLast(5).split(separator: ".")
        guard parts.count >= 3, let last = parts.last, last.first == "v", let version = Int(last.dropFirst())
        else {
            throw UnexpectedName(name: fileName)
        }
        return (parts.dropLast().joined(separator: "."), version)
    }

    static func json(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8))
    }

    /// Every example: the name of its file and the event.
    static func examples() throws -> [(name: String, event: JSONValue)] {
        try fileNames().map { ($0, try json("examples/\($0)")) }
    }

    struct UnexpectedName: Error {
        let name: String
    }
}

/// What our validator says of an event: nil where it is valid.
func verdict(on event: JSONValue, registry: SchemaRegistry = .builtIn) throws -> EventProblem? {
    try verdict(on: event.canonicalText, registry: registry)
}

/// What our validator says of an event's text: nil where it is valid.
func verdict(on text: String, registry: SchemaRegistry = .builtIn) throws -> EventProblem? {
    let reader = JSONReader()
    try reader.parse(text)
    do throws(EventProblem) {
        try registry.validate(try Envelope.read(reader, node: 0))
        return nil
    } catch {
        return error
    }
}

extension JSONValue {
    /// The same object with one member changed, or removed with nil.
    func setting(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(var object) = self else { return self }
        object[name] = value
        return .object(object)
    }

    /// The same event with one member of its data changed, or removed with nil.
    func settingData(_ name: String, _ value: JSONValue?) -> JSONValue {
        setting("data", self["data"]?.setting(name, value))
    }
}
