import EventLog
public import Events
import Foundation
import Views

/// A change of knowledge by hand.
public enum HandAct: Sendable, Equatable {
    /// Withdraws an event, as if it had never been. Voiding a void or a correction restores.
    case void(EventReference)
    /// Replaces an event's data whole, and perhaps its time; without data only the time moves.
    case correct(EventReference, data: JSONValue?, time: Instant?)
    /// Two ids are one customer: the first ends, the other goes on with the events of both.
    case merge(String, into: String)
    /// Sets an id free that had been merged.
    case split(String, from: String)
}

extension Ledger {
    /// Writes an act.
    ///
    /// - Returns: where it stands.
    public func write(_ act: HandAct, by author: Authorship) async throws(LedgerError) -> UInt64 {
        try asking {
            let result = try log.append([IncomingEvent(try event(of: act, by: author))])
            follower.follow()
            return try Self.report(result).outcomes[0].position
        }
    }

    /// Writes an act, and says what it changed.
    public func perform(_ act: HandAct, by author: Authorship) async throws(LedgerError) -> ActEffect {
        let position = try await write(act, by: author)
        return try asking { try effect(of: position, in: lane, isWritten: true) }
    }

    /// What an act would change. It is judged as if it were written, but nothing is.
    public func preview(_ act: HandAct, by author: Authorship) async throws(LedgerError) -> ActEffect {
        try asking {
            let event = try event(of: act, by: author)
            let line = try log.rehearse(IncomingEvent(event))
            let key = EventKey(
                source: event["source"]?.stringValue ?? "", id: event["id"]?.stringValue ?? "")
            let head = try log.read { $0.head.rawValue }
            return try effect(of: head, in: try lane.supposing(line, key: key), isWritten: false)
        }
    }

    /// Withdraws an event: see ``HandAct/void(_:)``.
    public func void(_ event: EventReference, by author: Authorship) async throws(LedgerError) -> UInt64 {
        try await write(.void(event), by: author)
    }

    /// Corrects an event: see ``HandAct/correct(_:data:time:)``.
    public func correct(
        _ event: EventReference, data: JSONValue?, time: Instant?, by author: Authorship
    ) async throws(LedgerError) -> UInt64 {
        try await write(.correct(event, data: data, time: time), by: author)
    }

    /// Merges two customers: see ``HandAct/merge(_:into:)``.
    public func merge(
        _ customer: String, into: String, by author: Authorship
    ) async throws(LedgerError) -> UInt64 {
        try await write(.merge(customer, into: into), by: author)
    }

    /// Splits two customers: see ``HandAct/split(_:from:)``.
    public func split(
        _ customer: String, from: String, by author: Authorship
    ) async throws(LedgerError) -> UInt64 {
        try await write(.split(customer, from: from), by: author)
    }

    /// The event that an act becomes.
    private func event(of act: HandAct, by author: Authorship) throws -> JSONValue {
        switch act {
        case .void(let reference):
            let target = try target(reference)
            return event("event.voided", subject: target.subject, author) { data in
                data["source"] = .string(target.key.source)
                data["id"] = .string(target.key.id)
            }
        case .correct(let reference, let data, let time):
            guard data != nil || time != nil else {
                throw LedgerError(.usage, "a correction brings new data, another time, or both")
            }
            let target = try target(reference)
            let current = try data ?? standingData(of: target)
            return event("event.corrected", subject: target.subject, author) { object in
                object["source"] = .string(target.key.source)
                object["id"] = .string(target.key.id)
                object["data"] = current
                if let time { object["time"] = .string(time.description) }
            }
        case .merge(let customer, let into):
            for id in [customer, into] { try requireKnown(id) }
            return event("customer.merged", subject: customer, author) { $0["into"] = .string(into) }
        case .split(let customer, let from):
            try requireKnown(customer)
            return event("customer.split", subject: customer, author) { $0["from"] = .string(from) }
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

    /// One event by hand.
    private func event(
        _ type: String, subject: String?, _ author: Authorship, _ fill: (inout JSONObject) -> Void
    ) -> JSONValue {
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
        return .object(event)
    }
}
