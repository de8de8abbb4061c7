import Events
import Foundation

/// Random histories of a few customers: late events, events of one moment, refunds, voids of voids, corrections
/// that move time, merges and splits, customers who name one another, foreign money, new policies.
struct RandomHistory {
    private(set) var events: [JSONValue] = []
    private var generator: SeededGenerator
    private let customers: [String]
    private var ids: [String] = []

    init(seed: UInt64, count: Int) {
        generator = SeededGenerator(seed: seed)
        customers = (0..<Int.random(in: 1...12, using: &generator)).map { index in
            // Names of very different lengths, some of them no ASCII.
            String(repeating: "客", count: index % 3) + "c\(index)" + String(repeating: "x", count: index * 3)
        }
        add("policy.adopted", at: "0001-01-01T00:00:00Z", source: "daybook:", subject: nil, ["policy": [:]])
        while events.count < count { addRandom() }
    }

    static let start: Int64 = 1_700_000_000
    static let days: Int64 = 400

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &generator) < percent
    }

    private mutating func time() -> String {
        // Whole hours in a small range: equal times and equal days happen.
        let hour = Int64.random(in: 0..<(Self.days * 24), using: &generator)
        let micros = chance(10) ? 1 : 0
        return Instant(microseconds: (Self.start + hour * 3_600) * 1_000_000 + Int64(micros)).description
    }

    private mutating func customer() -> String { customers.randomElement(using: &generator)! }

    private mutating func add(
        _ type: String, at time: String, source: String = "/s", subject: String?, _ data: JSONValue
    ) {
        let id = "e\(events.count)"
        var object = JSONObject([
            ("specversion", "1.0"), ("id", .string(id)), ("source", .string(source)), ("type", .string(type)),
            ("time", .string(time)), ("recordedtime", "2030-01-01T00:00:00.000000Z"),
        ])
        if let subject { object["subject"] = .string(subject) }
        object["data"] = data
        events.append(.object(object))
        ids.append(id)
    }

    private mutating func addRandom() {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<35: add("purchase.completed", at: time(), subject: customer(), purchase())
        case 35..<43: add("purchase.returned", at: time(), subject: customer(), refund())
        case 43..<52:
            add(
                "contact.logged", at: time(), subject: customer(),
                ["direction": chance(70) ? "in" : "out", "channel": channel(), "minutes": 3])
        case 52..<62: addComplaint()
        case 62..<70: addSurvey()
        case 70..<71: add("customer.registered", at: time(), subject: customer(), [:])
        case 71..<72:
            add("referral.made", at: time(), subject: customer(), ["referred": .string(customer())])
        case 72..<73:
            add(
                "relation.declared", at: time(), subject: customer(),
                ["to": .string(customer()), "kind": "household"])
        case 73..<75: add("relationship.ended", at: time(), subject: customer(), ["code": "price"])
        case 75..<77: add("something.else", at: time(), subject: customer(), [:])
        case 77..<84: addAct("event.voided", nil)
        case 84..<90: addCorrection()
        case 90..<94:
            add("customer.merged", at: time(), subject: customer(), ["into": .string(customer())])
        case 94..<96:
            add("customer.split", at: time(), subject: customer(), ["from": .string(customer())])
        case 96..<98: addRates()
        default:
            add(
                "policy.adopted", at: time(), source: "daybook:", subject: nil,
                [
                    "policy": [
                        "lifecycle": ["mu0_days": .number(Double(Int.random(in: 10...90, using: &generator)))]
                    ]
                ])
        }
    }

    private mutating func channel() -> JSONValue {
        .string(
            ["phone", "email", "chat", "ch\(Int.random(in: 0..<9, using: &generator))"].randomElement(
                using: &generator)!)
    }

    private mutating func purchase() -> JSONValue {
        var data = JSONObject([("total", .string("\(Int.random(in: 0...99, using: &generator)).50"))])
        data["currency"] = chance(80) ? "CNY" : "USD"
        if data["currency"] == "USD", chance(50) { data["fx"] = "7.1" }
        if chance(40) { data["order"] = .string("o\(Int.random(in: 0..<6, using: &generator))") }
        if chance(50) { data["channel"] = channel() }
        return .object(data)
    }

    private mutating func refund() -> JSONValue {
        var data = JSONObject([
            ("amount", .string("\(Int.random(in: 1...99, using: &generator)).50")),
            ("currency", chance(85) ? "CNY" : "USD"),
        ])
        if chance(50) {
            data["order"] = .string("o\(Int.random(in: 0..<6, using: &generator))")
        } else if chance(70), let id = ids.randomElement(using: &generator) {
            data["event"] = .string(id)
        }
        return .object(data)
    }

    private mutating func addComplaint() {
        let steps = ["opened", "acknowledged", "replied", "resolved", "reopened", "closed"]
        let step = steps.randomElement(using: &generator)!
        var data = JSONObject([("complaint", .string("k\(Int.random(in: 0..<4, using: &generator))"))])
        if step == "replied" { data["by"] = "human" }
        add("complaint." + step, at: time(), subject: customer(), .object(data))
    }

    private mutating func addSurvey() {
        let isScale = chance(20)
        add(
            "survey.answered", at: time(), subject: customer(),
            [
                "survey": "q",
                "dimension": .string(chance(50) ? "product" : "d\(Int.random(in: 0..<5, using: &generator))"),
                "scale": isScale ? ["min": 1, "max": 7] : "nps",
                "score": .number(Double(Int.random(in: isScale ? 1...7 : 0...10, using: &generator))),
            ])
    }

    private mutating func addAct(_ type: String, _ extra: JSONObject?) {
        guard let target = events.indices.dropFirst().randomElement(using: &generator) else { return }
        var data = extra ?? JSONObject()
        data["source"] = events[target]["source"]
        data["id"] = events[target]["id"]
        data["reason"] = "r"
        add(type, at: time(), subject: nil, .object(data))
    }

    private mutating func addCorrection() {
        guard
            let target = events.indices.filter({ events[$0]["subject"] != nil }).randomElement(
                using: &generator),
            let type = events[target]["type"]?.stringValue
        else { return }
        var data: JSONObject = JSONObject()
        data["source"] = events[target]["source"]
        data["id"] = events[target]["id"]
        data["reason"] = "r"
        if chance(50) { data["time"] = .string(time()) }
        switch type {
        case "purchase.completed": data["data"] = purchase()
        case "purchase.returned": data["data"] = refund()
        case "contact.logged": data["data"] = ["direction": "in", "channel": channel()]
        case "referral.made": data["data"] = ["referred": .string(customer())]
        default: data["data"] = events[target]["data"]
        }
        add("event.corrected", at: time(), subject: nil, .object(data))
    }

    private mutating func addRates() {
        let first = LocalDay(number: Int32(Self.start / 86_400))
        let rates = (0..<60).map { step -> JSONValue in
            [
                "on": .string(first.adding(days: Int.random(in: 0..<400, using: &generator)).description),
                "rate": .string("7.\(step + 10)"),
            ]
        }
        var seen: Set<String> = []
        let unique = rates.filter { seen.insert($0["on"]!.stringValue!).inserted }
        add(
            "rate.published", at: time(), source: "daybook:", subject: nil,
            ["from": "USD", "to": "CNY", "rates": .array(unique)])
    }
}
