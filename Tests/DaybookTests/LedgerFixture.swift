import Daybook
import EventLog
import Events
import Foundation
import Synchronization

/// A ledger in a folder of its own, with a clock that the test sets.
final class LedgerFixture: Sendable {
    let folder: String
    private let time: Mutex<Instant>

    init(_ start: String = "2024-01-01T00:00:00Z") throws {
        folder = FileManager.default.temporaryDirectory.path + "/daybook-\(UUID().uuidString)"
        time = Mutex(try Instant(parsing: start))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var clock: @Sendable () -> Instant {
        { [self] in time.withLock { $0 } }
    }

    func set(_ text: String) throws {
        let instant = try Instant(parsing: text)
        time.withLock { $0 = instant }
    }

    func create(zone: String = "UTC", currency: String = "EUR") async throws -> Ledger {
        try await Ledger.create(at: folder, zone: zone, currency: currency, clock: clock)
    }

    func open(writing: Bool) async throws -> Ledger {
        try await Ledger(opening: folder, writing: writing, clock: clock)
    }
}

/// One CloudEvent as JSON.
func event(
    _ type: String, _ id: String, customer: String?, at time: String, source: String = "/shop",
    _ attributes: [(String, JSONValue)], _ data: JSONValue
) -> JSONValue {
    var object = JSONObject([
        ("specversion", "1.0"), ("id", .string(id)), ("source", .string(source)), ("type", .string(type)),
        ("time", .string(time)),
    ])
    if let customer { object["subject"] = .string(customer) }
    for (name, value) in attributes { object[name] = value }
    object["data"] = data
    return .object(object)
}

extension Ledger {
    @discardableResult
    func append(_ events: [JSONValue], expecting: RevisionExpectation? = nil) async throws -> AppendReport {
        try await append(JSONValue.array(events).canonicalBytes, expecting: expecting)
    }
}

func purchase(_ id: String, _ customer: String, _ time: String, _ total: String, order: String? = nil)
    -> JSONValue
{
    var data = JSONObject([("total", .string(total)), ("currency", "EUR")])
    if let order { data["order"] = .string(order) }
    return event("purchase.completed", id, customer: customer, at: time, [], .object(data))
}
