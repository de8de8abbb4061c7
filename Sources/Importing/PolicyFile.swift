public import Events
import Yams

/// A policy as a person writes it: YAML, of which JSON is a part, read strictly into JSON.
///
/// Readers of YAML differ in what `no`, `0777`, `12:30` or `2026-01-01` are. A threshold must not depend on
/// that: what could be read in two ways is refused, with the way to write it.
public struct PolicyFile: Sendable {
    /// The parameters.
    public let document: JSONValue
    private let lines: [String: Int]

    /// Reads a text.
    ///
    /// - Parameter file: how errors name it.
    public init(parsing text: String, named file: String) throws(MappingError) {
        guard text.utf8.count <= Self.byteLimit else {
            throw MappingError(
                file: file, line: nil,
                message: "has more than \(Self.byteLimit) bytes: a policy is a list of parameters")
        }
        let reader = YAMLReader(file: file)
        var walk = PolicyWalk(reader: reader)
        let root = try reader.root(of: text)
        guard case .mapping = root else {
            throw reader.failure(
                root, "expected parameters and their values, found \(reader.kind(root))")
        }
        document = try walk.value(root, at: "", depth: 0)
        lines = walk.lines
    }

    /// The line of a parameter, counted from 1, or of the nearest group around it; nil where the file does not
    /// speak of it.
    public func line(of path: String) -> Int? {
        var path = path[...]
        while true {
            if let line = lines[String(path)] { return line }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            path = path[..<dot]
        }
    }

    private static let byteLimit = 1 << 20
}

/// Turns the nodes of a YAML text into JSON.
private struct PolicyWalk {
    let reader: YAMLReader
    var lines: [String: Int] = [:]

    private var count = 0

    private static let depthLimit = 16
    private static let countLimit = 10_000

    init(reader: YAMLReader) {
        self.reader = reader
    }

    mutating func value(_ node: Node, at path: String, depth: Int) throws(MappingError) -> JSONValue {
        guard depth <= Self.depthLimit else {
            throw reader.failure(node, "is nested deeper than \(Self.depthLimit) levels")
        }
        // Aliases can make a small file very large.
        count += 1
        guard count <= Self.countLimit else {
            throw reader.failure(node, "has more than \(Self.countLimit) values, aliases written out")
        }
        switch node {
        case .scalar(let scalar):
            return try self.scalar(scalar, node, at: path)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence {
                elements.append(try value(element, at: path, depth: depth + 1))
            }
            return .array(elements)
        case .mapping:
            var object = JSONObject()
            let name = path.isEmpty ? "the policy" : path
            for member in try reader.members(node, name, allowed: nil) {
                let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
                if let line = member.node.mark?.line { lines[inner] = line }
                object[member.key] = try value(member.node, at: inner, depth: depth + 1)
            }
            return .object(object)
        case .alias:
            throw reader.failure(node, "\(path): an alias of something that is not there")
        }
    }

    private func scalar(
        _ scalar: Node.Scalar, _ node: Node, at path: String
    ) throws(MappingError) -> JSONValue {
        let text = scalar.string
        guard scalar.style == .plain else { return .string(text) }
        switch text {
        case "null", "~": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "":
            throw reader.failure(node, "\(path): has no value; write null, or leave the line out")
        default: break
        }
        if let value = try? JSONValue(parsing: text), value.numberValue != nil { return value }
        guard !Self.isAmbiguous(text) else {
            throw reader.failure(
                node,
                "\(path): \(text) means different things to different readers of YAML; write true, false or a "
                    + "decimal number, or \"\(text)\" for text")
        }
        return .string(text)
    }

    /// What YAML 1.1 or 1.2 reads as a truth value, a number, a time or a date, and JSON does not.
    private static func isAmbiguous(_ text: String) -> Bool {
        let words: Set = ["yes", "no", "on", "off", "y", "n", "true", "false", "null"]
        if words.contains(text.lowercased()) { return true }
        guard let first = text.utf8.first else { return true }
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        return isDigit || "+-.=<".utf8.contains(first)
    }
}
