import EventLog
import Events

/// What a query asks of an event beyond what an index or a walk over the line can tell: words, conditions on
/// fields, and who was looked at. Each thread makes one.
struct TrailCheck {
    private let text: TextSearch?
    private let condition: Condition?
    private let bytes: ConditionBytes?
    /// The ids of whom access is asked for; nil where it is not.
    private let lookedAt: [String]?
    private let opener: EventOpener
    private let reader = JSONReader(expectsAlike: true)
    /// The steps to each field that the condition asks for: found once, not for every event.
    private let steps: [String: [String]]

    init(_ text: TextSearch?, _ condition: Condition?, lookedAt: [String]?, _ opener: EventOpener) {
        self.text = text
        self.condition = condition
        bytes = condition.map { ConditionBytes($0, fields: Self.fields) }
        self.lookedAt = lookedAt
        self.opener = opener
        let paths = condition?.paths ?? []
        steps = Dictionary(
            paths.map { path in
                (
                    path,
                    (Self.fields[path] ?? path).split(separator: ".", omittingEmptySubsequences: false).map(
                        String.init)
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The fields that a condition may ask for, as they are called in an entry, and what they are in an event.
    static let fields: [String: String] = [
        "type": "type", "customer": "subject", "source": "source", "id": "id", "actor": "authid",
        "channel": "data.channel", "correlation": "correlationid", "causation": "causationid",
    ]

    /// Whether an event fits.
    func holds(_ line: Span<UInt8>) throws -> Bool {
        let mayFit = (bytes?.mayHold(in: line) ?? true) && (text?.mayStand(in: line) ?? true)
        // What is sealed does not show in the line.
        if !mayFit, !(opener.opensPersonal && EventOpener.holdsSealed(line)) { return false }
        try reader.parse(line)
        if let lookedAt, !isAccess(to: lookedAt) { return false }
        if let condition, try !holds(condition) { return false }
        guard let text else { return true }
        guard let data = reader.member(0, "data") else { return false }
        if EventOpener.holdsSealed(line) {
            return Self.holds(try opener.opened(reader)["data"] ?? .null, text)
        }
        return holds(data, text)
    }

    /// Whether the event says that somebody looked at one of some customers: by name, or at many at once.
    private func isAccess(to customers: [String]) -> Bool {
        guard let data = reader.member(0, "data") else { return false }
        guard let customer = reader.member(data, "customer") else { return true }
        return customers.contains { reader.text(customer, equals: $0) }
    }

    // MARK: Conditions

    private func holds(_ condition: Condition) throws -> Bool {
        var failure: (any Error)?
        let holds = condition.holds { path in
            do { return try value(at: path) } catch {
                failure = error
                return .null
            }
        }
        if let failure { throw failure }
        return holds
    }

    private func value(at path: String) throws -> JSONValue {
        var node = 0
        let steps = steps[path] ?? []
        for step in steps {
            if let member = reader.member(node, named: step) {
                node = member
            } else if let element = element(step, of: node) {
                node = element
            } else {
                return .null
            }
        }
        switch reader.kind(node) {
        case .array, .object:
            let pointer = steps.map { "/" + JSONPointer.escape($0) }.joined()
            return try opener.opened(reader, node: node, pointer: pointer)
        case .null, .false, .true, .number, .string, .name: return reader.value(node)
        }
    }

    private func element(_ step: String, of array: Int) -> Int? {
        guard reader.kind(array) == .array, let wanted = Int(step) else { return nil }
        var (found, index): (Int?, Int) = (nil, 0)
        reader.forEachElement(of: array) { element in
            if index == wanted { found = element }
            index += 1
        }
        return found
    }

    // MARK: Words

    /// Whether the words stand in one of the values below a node, none of which is sealed.
    private func holds(_ node: Int, _ text: TextSearch) -> Bool {
        for index in node..<reader.next(node) {
            switch reader.kind(index) {
            case .string: if reader.withText(index, { text.isHeld(by: $0) }) { return true }
            case .number:
                if text.mayBeNumber, reader.value(index).canonicalText == text.text { return true }
            case .true: if text.text == "true" { return true }
            case .false: if text.text == "false" { return true }
            case .null, .array, .object, .name: continue
            }
        }
        return false
    }

    private static func holds(_ value: JSONValue, _ text: TextSearch) -> Bool {
        switch value {
        case .string(let string): text.isHeld(by: string)
        case .number, .bool: value.canonicalText == text.text
        case .null: false
        case .array(let elements): elements.contains { holds($0, text) }
        case .object(let object): !value.isSealed && object.contains { holds($0.value, text) }
        }
    }
}
