import Events

extension Mapper {
    /// Writes one attribute.
    mutating func write(
        _ attribute: EventTemplate.Attribute, _ recorded: inout Instant?
    ) throws(EventProblem) {
        scratch.removeAll(keepingCapacity: true)
        let kind = try scalar(attribute.value, pointer: attribute.value.pointer ?? "")
        guard kind != .absent, !scratch.isEmpty else {
            guard attribute.isRequired else { return }
            throw EventProblem(
                code: "missing", pointer: attribute.value.pointer ?? "",
                expected: "a value for the event's \(attribute.name)", found: missing(attribute.value))
        }
        output.append(contentsOf: attribute.key)
        output.appendJSONString(from: scratch, 0)
        output.append(UInt8(ascii: ","))
        if recordedSource == .effective && attribute.name == "time"
            || recordedSource == .field && attribute.name == "recordedtime"
        {
            let text = scratch
            do {
                recorded = try Instant(parsing: text.span)
            } catch {
                throw EventProblem(
                    code: "bad_time", pointer: attribute.value.pointer ?? "", expected: "an RFC 3339 time",
                    found: "\(error)")
            }
        }
    }

    private func missing(_ value: Expression) -> String {
        var inner = value
        while case .modified(let modified) = inner { inner = modified.inner }
        guard case .field(let path) = inner else { return "nothing" }
        let node = node(at: path)
        if node >= 0 { return reader.kind(node) == .string ? "an empty text" : reader.kind(node).words }
        let name = fieldNames[path.slot]
        return path.rest.isEmpty && reader.member(0, named: name) != nil ? "null" : "no such field"
    }

    /// Writes a value as JSON; false where it is absent, and nothing is written then.
    mutating func write(_ expression: Expression) throws(EventProblem) -> Bool {
        switch expression {
        case .constant(let constant):
            guard constant.kind != .null else { return false }
            output.append(contentsOf: constant.json)
            return true
        case .field(let path):
            return copy(node(at: path))
        case .item(let steps):
            if case .node(let node, _)? = items.last {
                return copy(steps.isEmpty ? (reader.kind(node) == .null ? -1 : node) : descend(node, steps))
            }
            return try writeScalar(expression)
        case .first(let choices):
            for choice in choices where try write(choice) { return true }
            return false
        case .list(let elements):
            let start = beginList()
            for element in elements { try writeElement(element) }
            return endList(start)
        case .object(let members):
            return try writeObject(members)
        case .split(let text, let separator, let element):
            return try writeSplit(text, separator, element)
        case .each(let array, let element):
            return try writeEach(array, element)
        case .modified(let modified):
            return try writeModified(modified, expression)
        case .origin, .template, .hash:
            return try writeScalar(expression)
        }
    }

    private mutating func writeModified(
        _ modified: Expression.Modified, _ whole: Expression
    ) throws(EventProblem) -> Bool {
        switch modified.inner {
        case .object, .list, .split, .each:
            if try write(modified.inner) { return true }
            if let fallback = modified.modifiers.fallback, try write(fallback) { return true }
            guard !modified.modifiers.isRequired else { throw required(modified.inner) }
            return false
        default:
            return try writeScalar(whole)
        }
    }

    func required(_ value: Expression) -> EventProblem {
        EventProblem(
            code: "missing", pointer: value.pointer ?? "", expected: "a value (required by the mapping)",
            found: missing(value))
    }

    private mutating func writeScalar(_ expression: Expression) throws(EventProblem) -> Bool {
        let start = scratch.count
        defer { scratch.removeLast(scratch.count - start) }
        switch try scalar(expression, pointer: expression.pointer ?? "") {
        case .absent: return false
        case .text: output.appendJSONString(from: scratch, start)
        case .number, .bool, .tree: output.append(from: scratch, start, scratch.count)
        }
        return true
    }

    private mutating func writeObject(_ members: [Expression.Member]) throws(EventProblem) -> Bool {
        let start = output.count
        output.append(UInt8(ascii: "{"))
        for member in members {
            let rollback = output.count
            output.append(contentsOf: member.key)
            if try write(member.value) {
                output.append(UInt8(ascii: ","))
            } else {
                output.removeLast(output.count - rollback)
            }
        }
        guard output.count > start + 1 else {
            output.removeLast()
            return false
        }
        output[output.count - 1] = UInt8(ascii: "}")
        return true
    }

    /// Begins a list of those elements that are present; an empty list counts as absent.
    private mutating func beginList() -> Int {
        output.append(UInt8(ascii: "["))
        return output.count - 1
    }

    private mutating func writeElement(_ element: Expression) throws(EventProblem) {
        if try write(element) { output.append(UInt8(ascii: ",")) }
    }

    private mutating func endList(_ start: Int) -> Bool {
        guard output.count > start + 1 else {
            output.removeLast()
            return false
        }
        output[output.count - 1] = UInt8(ascii: "]")
        return true
    }

    private mutating func writeSplit(
        _ text: Expression, _ separator: [UInt8], _ element: Expression
    ) throws(EventProblem) -> Bool {
        let start = scratch.count
        guard try scalar(text, pointer: text.pointer ?? "") != .absent else { return false }
        let whole = Array(scratch[start...])
        scratch.removeLast(scratch.count - start)
        let list = beginList()
        for (index, piece) in Self.pieces(whole, separator).enumerated() {
            items.append(.text(piece, index: index + 1))
            defer { items.removeLast() }
            try writeElement(element)
        }
        return endList(list)
    }

    /// The pieces of a text without the blanks around them; empty ones are left out.
    private static func pieces(_ text: [UInt8], _ separator: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        var index = 0
        while index <= text.count {
            let isEnd = index == text.count
            if isEnd || text[index...].starts(with: separator) {
                let piece = trimmed(text[start..<index])
                if !piece.isEmpty { pieces.append(Array(piece)) }
                index += isEnd ? 1 : separator.count
                start = index
            } else {
                index += 1
            }
        }
        return pieces
    }

    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
        var text = text
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text.drop(while: isBlank)
    }

    private mutating func writeEach(_ array: Expression, _ element: Expression) throws(EventProblem) -> Bool {
        let node: Int
        switch array {
        case .field(let path): node = self.node(at: path)
        case .item(let steps):
            if case .node(let outer, _)? = items.last { node = descend(outer, steps) } else { node = -1 }
        default: node = -1
        }
        guard node >= 0 else { return false }
        guard reader.kind(node) == .array else {
            throw EventProblem(
                code: "wrong_type", pointer: array.pointer ?? "", expected: "an array, for `each`",
                found: reader.kind(node).words)
        }
        let list = beginList()
        var index = 0
        var child = node + 1
        while child < reader.next(node) {
            index += 1
            items.append(.node(child, index: index))
            defer { items.removeLast() }
            try writeElement(element)
            child = reader.next(child)
        }
        return endList(list)
    }

    /// Copies a value of the record as it stands.
    mutating func copy(_ node: Int) -> Bool {
        guard node >= 0 else { return false }
        let offset = sourceStart + reader.byteOffset(node)
        switch reader.kind(node) {
        case .null: output.append(contentsOf: "null".utf8)
        case .true: output.append(contentsOf: "true".utf8)
        case .false: output.append(contentsOf: "false".utf8)
        case .number: output.append(from: source, offset, numberEnd(offset))
        case .string, .name:
            if reader.isPlainText(node) {
                output.append(from: source, offset, offset + reader.textLength(node) + 2)
            } else {
                output.append(UInt8(ascii: "\""))
                let text = reader.withText(node) { text in text.copied() }
                for byte in text { output.appendEscaped(byte) }
                output.append(UInt8(ascii: "\""))
            }
        case .array, .object: copyContainer(node)
        }
        return true
    }

    private mutating func copyContainer(_ node: Int) {
        let isArray = reader.kind(node) == .array
        output.append(isArray ? UInt8(ascii: "[") : UInt8(ascii: "{"))
        var isFirst = true
        let end = reader.next(node)
        var child = node + 1
        while child < end {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            _ = copy(child)
            if !isArray {
                output.append(UInt8(ascii: ":"))
                child += 1
                _ = copy(child)
            }
            child = reader.next(child)
        }
        output.append(isArray ? UInt8(ascii: "]") : UInt8(ascii: "}"))
    }

    /// Where the number that begins at an offset of the source ends.
    func numberEnd(_ start: Int) -> Int {
        var end = start
        while end < source.count {
            switch source[end] {
            case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
                UInt8(ascii: "E"):
                end += 1
            default: return end
            }
        }
        return end
    }
}
