import Events

@testable import EventLog

/// Events with all kinds of values, and conditions on them.
struct RandomValues {
    private var generator: SeededGenerator
    /// What stood at the paths, so that conditions meet something.
    private var seen: [String: [JSONValue]] = [:]

    /// Paths at which there are plain values: of these columns tell nearly everything.
    static let plainPaths = [
        "data.few", "data.number", "data.amount", "data.text", "data.deep.inner", "subject",
    ]
    private static let otherPaths = [
        "data.mixed", "data.tags", "data.price", "data.secret", "data.list.0.sku", "data.list.2",
        "data.list.9", "data.list", "data.deep", "data.none", "type", "authid", "id", "correlationid",
        "data.list.01", "data", "data.secret.inner", "data.sealed", "data.sealed.1", "data.free.color",
        "data.free",
    ]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[number(0...values.count - 1)] }

    // MARK: Events

    /// An event as it is stored, and as whoever has the keys reads it.
    mutating func event(_ index: Int) -> (stored: JSONValue, opened: JSONValue) {
        var (stored, opened) = (JSONObject(), JSONObject())
        func set(_ name: String, _ value: JSONValue) {
            stored[name] = value
            opened[name] = value
        }
        if number(0...9) > 0 { set("few", pick(["web", "phone", 7, 7.5, .null, true, "7.50", "caf\u{E9}"])) }
        if number(0...2) > 0 { set("number", .number(randomNumber())) }
        if number(0...3) > 0 { set("amount", .string(randomAmount())) }
        if number(0...4) > 0 { set("text", .string(randomText())) }
        if number(0...1) > 0 { set("mixed", randomMixed()) }
        if number(0...3) == 0 {
            set("tags", .array((0..<number(0...3)).map { _ in pick(["a", "b", 3, .null]) }))
        }
        if number(0...5) == 0 { set("price", ["amount": .string(randomAmount()), "currency": "EUR"]) }
        if number(0...4) == 0 { set("deep", ["inner": .number(Double(number(-9...9)))]) }
        if number(0...4) == 0 {
            let items = (0..<number(0...11)).map { (_: Int) -> JSONValue in
                ["sku": .string("s\(number(0...400))")]
            }
            set("list", .array(items))
        }
        // Whoever sends events may call a member so, too.
        if number(0...4) == 0 { set("free", ["$sealed": "x", "color": .string(pick(["red", "blue"]))]) }
        if number(0...6) == 0 {
            stored["secret"] = Self.sealed
            opened["secret"] = pick(["Anna", 5, ["inner": "x"], .null])
        }
        if number(0...6) == 0 {
            stored["sealed"] = [1, Self.sealed]
            opened["sealed"] = [1, pick(["Anna", "Bert"])]
        }
        return (envelope(index, stored), envelope(index, opened))
    }

    private static let sealed: JSONValue = ["$sealed": "v1.0000000000000001.AAAA"]

    private mutating func envelope(_ index: Int, _ data: JSONObject) -> JSONValue {
        var event = JSONObject([
            ("specversion", "1.0"), ("id", .string("e\(index)")), ("source", "urn:test"),
            ("type", .string(index % 3 == 0 ? "test.one" : "test.two")), ("time", "2025-06-01T10:00:00Z"),
            ("subject", .string("c\(index * 7_919 % 1_000)")), ("data", .object(data)),
        ])
        if index % 2 == 0 { event["authid"] = .string("a\(index % 5)") }
        if index % 4 == 0 { event["correlationid"] = .string("r\(index / 4)") }
        let value = JSONValue.object(event)
        for path in Self.plainPaths + Self.otherPaths {
            if let found = value.value(at: path) { seen[path, default: []].append(found) }
        }
        return value
    }

    private mutating func randomNumber() -> Double {
        switch number(0...5) {
        case 0: Double(number(-1_000_000...1_000_000))
        case 1: 1_000_000_000_000 + Double(number(-3...3)) / 4
        case 2: Double(number(-99...99)) * 1e300
        case 3: Double(number(-99...99)) * 1e-12
        default: Double(number(0...99_999)) / 100
        }
    }

    private mutating func randomAmount() -> String {
        switch number(0...9) {
        case 0:
            pick([
                "-0.00", "0", "00012.5", "1e3", "-1E-3", "5.", "0x1p3", "-nan", "-inf", "-", "12.5x", "",
                "12\0x",
            ])
        case 1: "\(number(100_000_000...999_999_999))\(number(100_000_000...999_999_999)).5"
        default: "\(number(-50...900)).\(number(10...99))"
        }
    }

    private mutating func randomText() -> String {
        switch number(0...9) {
        case 0: pick(["caf\u{E9}", "cafe\u{301}", "\u{212A}ilo", "Kilo", "谢谢 👍", "\u{37E}", ";", "Zo\u{EB}"])
        case 2:
            pick([
                "p\u{105D2}\u{307}", "p\u{105C9}", "\u{2F800}", "\u{4E3D}", "\u{11382}\u{113C9}", "\u{11383}",
            ])
        case 1 where number(0...20) == 0: String(repeating: "long ", count: 400) + "\(number(0...3))"
        case 1: "a text that is longer than what a dictionary takes, and one of many: \(number(0...9_999))"
        default: "order-\(number(1_000...9_999))" + pick(["", "x", "é"])
        }
    }

    private mutating func randomMixed() -> JSONValue {
        switch number(0...7) {
        case 0: .null
        case 1: .bool(number(0...1) == 0)
        case 2: .array([.string(randomText()), .number(randomNumber())])
        case 3: ["a": .string(randomText())]
        case 4: .string(randomAmount())
        case 5: .string(randomText())
        default: .number(randomNumber())
        }
    }

    // MARK: Conditions

    /// A condition of some comparisons.
    mutating func condition(depth: Int = 2) -> ValueExpression {
        switch number(0...(depth > 0 ? 5 : 2)) {
        case 3: .and(condition(depth: depth - 1), condition(depth: depth - 1))
        case 4: .or(condition(depth: depth - 1), condition(depth: depth - 1))
        case 5: .not(condition(depth: depth - 1))
        default: comparison(of: pick(Self.plainPaths + Self.otherPaths))
        }
    }

    /// A comparison of a path with something that stood there, or nearly.
    mutating func comparison(of path: String) -> ValueExpression {
        switch number(0...9) {
        case 0: return .truth(path)
        case 1, 2: return .among(path, (0..<number(1...4)).map { _ in literal(path) })
        default:
            let all: [ValueComparison] = [.equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual]
            return .compare(path, pick(all), literal(path))
        }
    }

    private mutating func literal(_ path: String) -> JSONValue {
        if number(0...9) == 0 {
            return pick([
                .null, true, 0, "7.5", "zzz", "", "-nan", "\u{212A}", "Kilo", 1_000_000_000_000, "Anna",
            ])
        }
        guard let known = seen[path], let value = known.randomElement(using: &generator) else { return "x" }
        switch value {
        case .number(let number):
            return pick([value, .number(number + 1e-9), .number(number.nextUp), .string("\(number)")])
        case .string(let text):
            return pick([
                value, .string(text + "0"), .string(String(text.dropLast())),
                Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? value,
            ])
        case .array(let elements): return elements.last.map { $0.isScalar ? $0 : "x" } ?? "x"
        case .object(let object): return object["amount"] ?? "x"
        case .null, .bool: return value
        }
    }
}

extension JSONValue {
    /// Whether it has no parts.
    fileprivate var isScalar: Bool {
        switch self {
        case .array, .object: false
        case .null, .bool, .number, .string: true
        }
    }
}
