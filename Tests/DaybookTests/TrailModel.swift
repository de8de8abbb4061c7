import Daybook
import Events

/// An event as a trail shows it, taken apart once, so that a million questions can be answered by looking.
struct ModelEvent {
    let position: UInt64
    let time: Int64
    let recorded: Int64
    let type: String
    let customer: String?
    let actor: String?
    let source: String
    let channel: String?
    let correlation: String?
    let causation: String?
    /// All texts in the data, in lower case.
    let words: [String]
    /// Those that a schema marks as personal are not among these.
    let openWords: [String]
    /// The numbers and truth values in the data, as they are written.
    let literals: [String]
    let total: Double?
    let category: String?
    let product: String?
    let minutes: Double?
    let isBulk: Bool

    init(_ entry: JSONValue) throws {
        func text(_ name: String) -> String? { entry[name]?.stringValue }
        position = UInt64(entry["position"]?.integerValue ?? 0)
        time = try Instant(parsing: text("time") ?? "").microseconds
        recorded = try Instant(parsing: text("recorded_at") ?? "").microseconds
        type = text("type") ?? ""
        customer = text("customer")
        actor = text("actor")
        source = text("source") ?? ""
        channel = text("channel")
        correlation = text("correlation")
        causation = text("causation")
        let data = entry["data"] ?? .null
        words = Self.words(data, leavingOut: [])
        openWords = Self.words(data, leavingOut: ["text"])
        literals = Self.literals(data)
        total = data["total"]?.stringValue.flatMap(Double.init)
        category = data["category"]?.stringValue
        product = data["product"]?.stringValue
        minutes = data["minutes"]?.numberValue
        isBulk = data["bulk"]?.boolValue ?? false
    }

    private static func literals(_ value: JSONValue) -> [String] {
        switch value {
        case .number, .bool: [value.canonicalText]
        case .string, .null: []
        case .array(let elements): elements.flatMap(literals)
        case .object(let object): object.flatMap { literals($0.value) }
        }
    }

    private static func words(_ value: JSONValue, leavingOut names: Set<String>) -> [String] {
        switch value {
        case .string(let text): [text.lowercased()]
        case .number, .bool, .null: []
        case .array(let elements): elements.flatMap { words($0, leavingOut: names) }
        case .object(let object):
            object.flatMap { names.contains($0.name) ? [] : words($0.value, leavingOut: names) }
        }
    }
}

/// A question, and what it means in plain comparisons.
struct ModelQuery {
    var query = TrailQuery()
    private var tests: [(ModelEvent) -> Bool] = []

    /// The positions that the question asks for, by looking at every event.
    func answer(_ events: [ModelEvent]) -> [UInt64] {
        var positions = events.filter { event in tests.allSatisfy { $0(event) } }.map(\.position)
        if query.newestFirst { positions.reverse() }
        if let after = query.after {
            positions.removeAll { query.newestFirst ? $0 >= after : $0 <= after }
        }
        return query.limit.map { Array(positions.prefix($0)) } ?? positions
    }

    init(_ generator: inout SeededGenerator) throws {
        // From questions with hardly a filter to questions with nearly all.
        let percent = Int.random(in: 3...45, using: &generator)
        func sometimes<Value>(_ values: [Value]) -> Value? {
            Int.random(in: 0..<100, using: &generator) < percent
                ? values.randomElement(using: &generator) : nil
        }
        addAttributes(
            customer: sometimes(["anna", "annie", "bert", "nobody"]),
            type: sometimes([
                "contact.logged", "complaint.opened", "purchase.completed", "complaint.*", "c.*", "p.*",
                "policy.*",
            ]), actor: sometimes(["eve", "bob", "zoe", "a\"b"]),
            source: sometimes(["/shop", "/crm", "daybook:"]))
        addReasons(
            channel: sometimes(["chat", "phone", "fax"]), correlation: sometimes(["r1", "r2", "r9"]),
            causation: sometimes(["e1", "e2", "e3", "none"]))
        if let text = sometimes(["WHERE", "zoë", "late", "it?", "KILO", "12", "谢谢", "true", "é", "e"]) {
            let isSealed = Bool.random(using: &generator)
            query.text = text
            query.leavesSealed = isSealed
            tests.append { event in
                event.literals.contains(text)
                    || (isSealed ? event.openWords : event.words).contains { $0.contains(text.lowercased()) }
            }
        }
        try addTimes(
            from: sometimes(["2024-01-15", "2024-01-15T10:00:00Z"]),
            to: sometimes(["2024-01-20", "2024-01-22T10:00:00Z"]),
            recordedFrom: sometimes(["2024-02-02", "2024-02-03T12:00:00Z", "@7"]),
            recordedTo: sometimes(["2024-02-03", "2024-02-02T12:00:00Z", "@30"]))
        addCondition(sometimes(Array(Self.conditions.indices)))
        query.newestFirst = Bool.random(using: &generator)
        query.limit = sometimes([1, 2, 3, 5])
        query.after = sometimes([0, 3, 11, 29, 40, 90])
    }

    private mutating func addAttributes(customer: String?, type: String?, actor: String?, source: String?) {
        (query.customer, query.type, query.actor, query.source) = (customer, type, actor, source)
        // Annie was merged into Anna: both names ask for the events of both.
        let ids = customer.map { ["anna", "annie"].contains($0) ? ["anna", "annie"] : [$0] }
        if let ids { tests.append { event in event.customer.map(ids.contains) ?? false } }
        if let type {
            tests.append { type.hasSuffix(".*") ? $0.type.hasPrefix(type.dropLast()) : $0.type == type }
        }
        if let actor { tests.append { $0.actor == actor } }
        if let source { tests.append { $0.source == source } }
    }

    private mutating func addReasons(channel: String?, correlation: String?, causation: String?) {
        (query.channel, query.correlation, query.causation) = (channel, correlation, causation)
        if let channel { tests.append { $0.channel == channel } }
        if let correlation { tests.append { $0.correlation == correlation } }
        if let causation { tests.append { $0.causation == causation } }
    }

    private mutating func addTimes(
        from: String?, to: String?, recordedFrom: String?, recordedTo: String?
    ) throws {
        query.from = try from.map { try TimeArgument(parsing: $0) }
        query.to = try to.map { try TimeArgument(parsing: $0) }
        query.recordedFrom = try recordedFrom.map { try TimeArgument(parsing: $0) }
        query.recordedTo = try recordedTo.map { try TimeArgument(parsing: $0) }
        if let from {
            let first = try Self.microseconds(from, isEnd: false)
            tests.append { $0.time >= first }
        }
        if let to {
            let last = try Self.microseconds(to, isEnd: true)
            tests.append { $0.time <= last }
        }
        if let recordedFrom {
            if let position = UInt64(recordedFrom.dropFirst()), recordedFrom.hasPrefix("@") {
                tests.append { $0.position >= position }
            } else {
                let first = try Self.microseconds(recordedFrom, isEnd: false)
                tests.append { $0.recorded >= first }
            }
        }
        if let recordedTo {
            if let position = UInt64(recordedTo.dropFirst()), recordedTo.hasPrefix("@") {
                tests.append { $0.position < position }
            } else {
                let last = try Self.microseconds(recordedTo, isEnd: true)
                tests.append { $0.recorded <= last }
            }
        }
    }

    private static func microseconds(_ text: String, isEnd: Bool) throws -> Int64 {
        let day = text.count == 10
        let suffix = isEnd ? "T23:59:59.999999Z" : "T00:00:00Z"
        return try Instant(parsing: day ? text + suffix : text).microseconds
    }

    private static let conditions: [(String, @Sendable (ModelEvent) -> Bool)] = [
        ("data.total > 50", { ($0.total ?? 0) > 50 }),
        (
            "data.total <= 50 or data.category = late",
            { $0.total.map { $0 <= 50 } ?? ($0.category == "late") }
        ),
        ("not (type = contact.logged)", { $0.type != "contact.logged" }),
        (
            "actor in (eve, zoe) and data.category != late",
            {
                $0.actor == "eve" && $0.category != nil && $0.category != "late"
            }
        ),
        ("data.category = null", { $0.category == nil }),
        ("data.text = \"Where is it?\"", { $0.words.contains("where is it?") }),
        ("data.category in (late, gone)", { $0.category == "late" }),
        (
            "data.minutes < 5 or data.category = broken",
            { $0.minutes.map { $0 < 5 } ?? ($0.category == "broken") }
        ),
        ("data.bulk", { $0.isBulk }),
        ("data.product = Kilo", { $0.product == "Kilo" }),
        ("data.channel != chat and type != purchase.completed", { $0.channel == "phone" }),
        ("data.product = \"caf\u{E9}\"", { $0.product == "caf\u{E9}" }),
        ("customer = anna and not (data.total >= 20.5)", { $0.customer == "anna" && ($0.total ?? 0) < 20.5 }),
        ("data.total = 12.5 or data.minutes = 12", { $0.total == 12.5 || $0.minutes == 12 }),
        ("correlation != r1 and causation != null", { $0.correlation == "r2" && $0.causation != nil }),
        (
            "data.product >= Zo",
            { $0.product.map { !$0.utf8.lexicographicallyPrecedes("Zo".utf8) } ?? false }
        ),
    ]

    private mutating func addCondition(_ number: Int?) {
        // A condition on a personal value that stays sealed would need a second meaning.
        guard let number, !(query.leavesSealed && number == 5) else { return }
        query.condition = Self.conditions[number].0
        tests.append(Self.conditions[number].1)
    }
}
