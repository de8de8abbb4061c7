import Events

extension Mapper {
    /// The node of a field; -1 where it is absent or null.
    func node(at path: FieldPath) -> Int {
        let top = Int(nodes[path.slot])
        return path.rest.isEmpty || top < 0 ? top : descend(top, path.rest)
    }

    func descend(_ start: Int, _ steps: [String]) -> Int {
        var node = start
        for step in steps {
            guard let next = reader.member(node, named: step) else { return -1 }
            node = next
        }
        return reader.kind(node) == .null ? -1 : node
    }

    func holds(_ conditions: [Condition]) throws(EventProblem) -> Bool {
        for condition in conditions {
            let node = node(at: condition.field)
            switch condition.test {
            case .isOneOf(let constants):
                guard constants.contains(where: { matches(node, $0) }) else { return false }
            case .isNoneOf(let constants):
                guard !constants.contains(where: { matches(node, $0) }) else { return false }
            case .isPresent(let wanted):
                guard (node >= 0) == wanted else { return false }
            case .isBelow(let limit):
                guard let number = try number(node, condition.field), number < limit else { return false }
            case .isAtLeast(let limit):
                guard let number = try number(node, condition.field), number >= limit else { return false }
            }
        }
        return true
    }

    private func matches(_ node: Int, _ constant: Constant) -> Bool {
        guard node >= 0 else { return constant.kind == .null }
        switch reader.kind(node) {
        case .string:
            let wanted = constant.text
            return constant.kind != .null && reader.text(node, equals: wanted.span)
        case .number:
            guard constant.kind == .number, let wanted = DecimalText(constant.text) else { return false }
            return wanted.value == reader.number(node)
        case .true: return constant == .bool(true)
        case .false: return constant == .bool(false)
        default: return false
        }
    }

    private func number(_ node: Int, _ field: FieldPath) throws(EventProblem) -> Double? {
        guard node >= 0 else { return nil }
        if reader.kind(node) == .number { return reader.number(node) }
        if reader.kind(node) == .string {
            let value = reader.withText(node) { text in DecimalText(text.copied())?.value }
            if let value { return value }
        }
        throw EventProblem(
            code: "bad_number", pointer: field.pointer, expected: "a number, to compare it",
            found: describe(node))
    }

    /// A value as a message may show it: short texts and numbers as they are.
    func describe(_ node: Int) -> String {
        guard node >= 0 else { return "nothing" }
        switch reader.kind(node) {
        case .string: return quoted(reader.withText(node) { text in text.copied() })
        case .number: return "\(reader.number(node))"
        default: return reader.kind(node).words
        }
    }

    func quoted(_ text: some Collection<UInt8>) -> String {
        let shown = String(decoding: text.prefix(40), as: UTF8.self)
        return text.count > 40 ? "\"\(shown)\"…" : "\"\(shown)\""
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    func copied() -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in 0..<count { copy.append(self[index]) }
        return copy
    }
}
