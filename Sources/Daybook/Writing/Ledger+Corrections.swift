import EventLog
public import Events
import Foundation
import Views

extension Ledger {
    /// Withdraws an event, as if it had never been. Voiding a void or a correction restores.
    ///
    /// - Returns: where the void stands.
    public func void(_ event: EventReference, by author: Authorship) async throws(LedgerError) -> UInt64 {
        try asking {
            let target = try target(event)
            return try write("event.voided", subject: target.subject, author) { data in
                data["source"] = .string(target.key.source)
                data["id"] = .string(target.key.id)
            }
        }
    }

    /// Replaces an event's data whole, and perhaps its time; without data only the time moves.
    ///
    /// - Returns: where the correction stands.
    public func correct(
        _ event: EventReference, data: JSONValue?, time: Instant?, by author: Authorship
    ) async throws(LedgerError) -> UInt64 {
        try asking {
            guard data != nil || time != nil else {
                throw LedgerError(.usage, "a correction brings new data, another time, or both")
            }
            let target = try target(event)
            let current = try data ?? standingData(of: target)
            return try write("event.corrected", subject: target.subject, author) { object in
                object["source"] = .string(target.key.source)
                object["id"] = .string(target.key.id)
                object["data"] = current
                if let time { object["time"] = .string(time.description) }
            }
        }
    }

    /// Two ids are one customer: `customer` ends, `into` goes on with the events of both.
    ///
    /// - Returns: where the merge stands.
    public func merge(
        _ customer: String, into: String, by author: Authorship
    ) async throws(LedgerError) -> UInt64 {
        try asking {
            for id in [customer, into] { try requireKnown(id) }
            return try write("customer.merged", subject: customer, author) { $0["into"] = .string(into) }
        }
    }

    /// Sets an id free that had been merged.
    ///
    /// - Returns: where the split stands.
    public func split(
        _ customer: String, from: String, by author: Authorship
    ) async throws(LedgerError) -> UInt64 {
        try asking {
            try requireKnown(customer)
            return try write("customer.split", subject: customer, author) { $0["from"] = .string(from) }
        }
    }

    private func requireKnown(_ id: String) throws {
        let head = try log.read { $0.head.rawValue }
        guard try lane.members(of: id, known: head) != nil else {
            throw LedgerError(.notFound, "the ledger does not know customer \(id)")
        }
    }

    /// The event that a person names.
    private struct Target {
        let position: Position
        let key: EventKey
        let subject: String?
        let data: JSONValue
    }

    private func target(_ reference: EventReference) throws -> Target {
        let position = try EventPage(log).position(of: reference)
        let event = try opened(position)
        guard let source = event["source"]?.stringValue, let id = event["id"]?.stringValue else {
            throw LedgerError(.verification, "the line at \(position) is no event")
        }
        return Target(
            position: position, key: EventKey(source: source, id: id), subject: event["subject"]?.stringValue,
            data: event["data"] ?? .null)
    }

    private func opened(_ position: Position) throws -> JSONValue {
        let opener = EventOpener(log)
        return try log.read { try $0.withLine(at: position) { try opener.opened($0) } } ?? .null
    }

    /// The data of an event as the correction that stands has them, opened.
    private func standingData(of target: Target) throws -> JSONValue {
        let head = try log.read { $0.head.rawValue }
        let standing = try lane.standing(on: target.position.rawValue, known: head)
        guard let correction = standing.correctedBy else { return target.data }
        return try opened(Position(correction)).value(at: "data.data") ?? target.data
    }

    /// Writes one event by hand.
    private func write(
        _ type: String, subject: String?, _ author: Authorship, _ fill: (inout JSONObject) -> Void
    ) throws -> UInt64 {
        var data = JSONObject()
        fill(&data)
        data["reason"] = .string(author.reason)
        var event = JSONObject([
            ("specversion", "1.0"), ("id", .string(UUID().uuidString.lowercased())),
            ("source", "/daybook/by-hand"), ("type", .string(type)),
            ("time", .string(clock().description)), ("authtype", "user"), ("authid", .string(author.actor)),
        ])
        if let subject { event["subject"] = .string(subject) }
        event["data"] = .object(data)
        let result = try log.append([IncomingEvent(.object(event))])
        catchUpAfterWriting()
        return try Self.report(result).outcomes[0].position
    }
}
