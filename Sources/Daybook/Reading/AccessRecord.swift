import EventLog
import Events
import Foundation
import Views

/// Whose personal data a read is about to show.
public struct PersonalRead: Sendable, Equatable {
    /// How many events with personal values there are of each customer; 0 for what is folded from all of them.
    public private(set) var eventCounts: [String: Int]
    /// The first so many events of the log are meant: what comes later is another read.
    public let known: UInt64

    /// Whether nobody's personal data are shown.
    public var isEmpty: Bool { eventCounts.isEmpty }

    /// A read of nothing, so far.
    public init(known: UInt64) {
        eventCounts = [:]
        self.known = known
    }

    /// Adds events of a customer.
    public mutating func add(_ customer: String, events: Int) { eventCounts[customer, default: 0] += events }
}

/// What the ledger writes down of who looked at personal data.
enum AccessRecord {
    static let type = "access.recorded"
    /// So many customers are named, one event for each; more are counted, with a digest of their ids and how many
    /// events were known, so that whoever asks the same again can show whom it was about.
    static let namedCustomers = 20

    /// The events that say that a read took place.
    static func events(
        of read: PersonalRead, what: String, by actor: String, at now: Instant
    ) -> [IncomingEvent] {
        if read.eventCounts.count > namedCustomers {
            return [
                event(
                    what, actor, now,
                    [
                        ("customers", .number(Double(read.eventCounts.count))),
                        ("digest", .string(digest(of: read))),
                        ("events", .number(Double(read.eventCounts.values.reduce(0, +)))),
                        ("known", .number(Double(read.known))),
                    ])
            ]
        }
        return read.eventCounts.sorted { $0.key < $1.key }.map { customer, count in
            let events: [(String, JSONValue)] = count == 0 ? [] : [("events", .number(Double(count)))]
            return event(what, actor, now, [("customer", .string(customer))] + events)
        }
    }

    /// What a list of these customers can be held against: SHA-256 over the canonical JSON of the list of their ids,
    /// in the order of their bytes.
    static func digest(of read: PersonalRead) -> String {
        let ids = read.eventCounts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Views.hash(.array(ids.map { .string($0) }))
    }

    private static func event(
        _ what: String, _ actor: String, _ now: Instant, _ more: [(String, JSONValue)]
    ) -> IncomingEvent {
        var data = JSONObject([("actor", .string(actor)), ("what", .string(what))])
        for (name, value) in more { data[name] = value }
        return IncomingEvent([
            "specversion": "1.0", "id": .string(UUID().uuidString.lowercased()), "source": "daybook:",
            "type": .string(type), "time": .string(now.description), "authtype": "user",
            "authid": .string(actor), "data": .object(data),
        ])
    }
}
