import Events

/// The data of one event: where its members are, and where it stands for the sake of errors.
struct EventData {
    let reader: JSONReader
    let node: Int
    let position: UInt64

    func member(_ name: StaticString) -> Int? { reader.member(node, name) }

    func text(_ name: StaticString) -> Int? {
        guard let node = member(name), reader.kind(node) == .string else { return nil }
        return node
    }

    func isText(_ name: StaticString, _ value: StaticString) -> Bool {
        guard let node = member(name) else { return false }
        return reader.text(node, equals: value)
    }

    func isTrue(_ name: StaticString) -> Bool {
        guard let node = member(name) else { return false }
        return reader.bool(node) == true
    }

    func number(_ name: StaticString) -> Double? {
        guard let node = member(name), reader.kind(node) == .number else { return nil }
        return reader.number(node)
    }

    /// The place of the severity in low, normal, high, critical; -1 without one.
    func severity() -> Int64 {
        guard let node = text("severity") else { return -1 }
        if reader.text(node, equals: "low") { return 0 }
        if reader.text(node, equals: "normal") { return 1 }
        if reader.text(node, equals: "high") { return 2 }
        return 3
    }

    func missing(_ name: StaticString, _ expected: String) -> ExtractionError {
        ExtractionError(
            position: position, pointer: "/data/\(name)", expected: expected, found: "something else")
    }
}
