import Yams

/// Takes a YAML text apart strictly: every key must be known, and every complaint names its line.
struct YAMLReader {
    let file: String

    /// The root of a YAML text.
    func root(of text: String) throws(MappingError) -> Node {
        do {
            // YAML's own duplicate check runs inside; aliases could blow a small text up and are not needed here.
            guard let root = try Yams.compose(yaml: text) else {
                throw MappingError(file: file, line: 1, message: "the file is empty")
            }
            return root
        } catch let error as MappingError {
            throw error
        } catch let error as YamlError {
            throw problem(with: error)
        } catch {
            throw MappingError(file: file, line: nil, message: "is not YAML: \(error)")
        }
    }

    private func problem(with error: YamlError) -> MappingError {
        switch error {
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
            return MappingError(
                file: file, line: context.mark.line, message: "the key \(keys) stands twice in one mapping")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return MappingError(file: file, line: mark.line, message: "is not YAML: \(problem)")
        default:
            return MappingError(file: file, line: nil, message: "is not YAML: \(error)")
        }
    }

    func failure(_ node: Node, _ message: String) -> MappingError {
        MappingError(file: file, line: node.mark?.line, message: message)
    }

    /// The members of a mapping; keys outside `allowed` are refused, unless it is nil.
    func members(
        _ node: Node, _ what: String, allowed: [String]?
    ) throws(MappingError) -> [(key: String, node: Node)] {
        guard case .mapping(let mapping) = node else {
            throw failure(node, "\(what): expected keys and values, found \(kind(node))")
        }
        var members: [(key: String, node: Node)] = []
        for (keyNode, value) in mapping {
            guard case .scalar(let scalar) = keyNode else {
                throw failure(keyNode, "\(what): a key must be a text")
            }
            if let allowed, !allowed.contains(scalar.string) {
                let known = allowed.joined(separator: ", ")
                throw failure(keyNode, "\(what): unknown key \"\(scalar.string)\"; known are \(known)")
            }
            members.append((scalar.string, value))
        }
        return members
    }

    func text(_ node: Node, _ what: String) throws(MappingError) -> String {
        guard case .scalar(let scalar) = node else {
            throw failure(node, "\(what): expected a text, found \(kind(node))")
        }
        return scalar.string
    }

    func texts(_ node: Node, _ what: String) throws(MappingError) -> [String] {
        guard case .sequence(let sequence) = node else { return [try text(node, what)] }
        var texts: [String] = []
        for element in sequence { texts.append(try text(element, what)) }
        return texts
    }

    func bool(_ node: Node, _ what: String) throws(MappingError) -> Bool {
        switch try text(node, what) {
        case "true": return true
        case "false": return false
        default: throw failure(node, "\(what): expected true or false")
        }
    }

    func integer(_ node: Node, _ what: String, in range: ClosedRange<Int>) throws(MappingError) -> Int {
        guard let value = Int(try text(node, what)), range.contains(value) else {
            throw failure(
                node, "\(what): expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ node: Node, _ what: String) throws(MappingError) -> Double {
        guard let value = Double(try text(node, what)), value.isFinite else {
            throw failure(node, "\(what): expected a number")
        }
        return value
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: Node, _ what: String, _ type: Choice.Type
    ) throws(MappingError) -> Choice {
        let text = try text(node, what)
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure(node, "\(what): \"\(text)\" is none of \(all)")
        }
        return choice
    }

    /// A fixed value. Plain `true`, `false`, `null`, `~` and numbers are what they look like; all else, and all
    /// that is quoted, is text (`no` and `on` too).
    func constant(_ node: Node) throws(MappingError) -> Constant {
        switch node {
        case .scalar(let scalar):
            guard scalar.style == .plain else { return .text(scalar.string) }
            switch scalar.string {
            case "null", "~", "": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: return isJSONNumber(scalar.string) ? .number(scalar.string) : .text(scalar.string)
            }
        case .sequence(let sequence):
            var json: [UInt8] = [UInt8(ascii: "[")]
            for (index, element) in sequence.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                json.append(contentsOf: try constant(element).json)
            }
            json.append(UInt8(ascii: "]"))
            return Constant(kind: .tree, json: json, text: [])
        case .mapping:
            var json: [UInt8] = [UInt8(ascii: "{")]
            for (index, member) in try members(node, "constant", allowed: nil).enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                json.appendJSONString(member.key)
                json.append(UInt8(ascii: ":"))
                json.append(contentsOf: try constant(member.node).json)
            }
            json.append(UInt8(ascii: "}"))
            return Constant(kind: .tree, json: json, text: [])
        case .alias:
            throw failure(node, "aliases are not supported")
        }
    }

    func kind(_ node: Node) -> String {
        switch node {
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "keys and values"
        case .alias: "an alias"
        }
    }

    private func isJSONNumber(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard !whole.isEmpty, whole.count == 1 || whole.first != 0x30 else { return false }
        rest = rest.dropFirst(whole.count)
        if rest.isEmpty { return true }
        guard rest.first == UInt8(ascii: ".") else { return false }
        rest = rest.dropFirst()
        return !rest.isEmpty && rest.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
