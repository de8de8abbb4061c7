import EventLog
import Events

/// One event with what led to it, what followed, and what was said about it later.
struct EventPage {
    private let log: EventLog
    private let opener: EventOpener

    init(_ log: EventLog) {
        self.log = log
        opener = EventOpener(log)
    }

    /// The position of the event that a person names.
    ///
    /// - Throws: `notFound`, or `usage` where several sources use the id.
    func position(of reference: EventReference) throws -> Position {
        try log.read { view in
            switch reference {
            case .position(let number):
                let position = Position(number)
                guard position < view.head else {
                    throw LedgerError(
                        .notFound,
                        "there is no event \(position): the ledger holds \(view.head.rawValue) events")
                }
                return position
            case .id(let id, let source?):
                guard let position = try view.find(EventKey(source: source, id: id)) else {
                    throw LedgerError(.notFound, "there is no event \(id) of source \(source)")
                }
                return position
            case .id(let id, nil):
                let positions = try view.find(id: id)
                guard let first = positions.first else {
                    throw LedgerError(.notFound, "there is no event \(id)")
                }
                guard positions.count == 1 else {
                    let sources = try positions.map {
                        try event(at: $0, in: view)["source"]?.stringValue ?? ""
                    }
                    throw LedgerError(
                        .usage,
                        "\(positions.count) sources have an event \(id): name one with --source: "
                            + sources.joined(separator: ", "))
                }
                return first
            }
        }
    }

    /// The event at a position, as a page.
    func page(of position: Position) throws -> JSONValue {
        try log.read { view in
            let event = try event(at: position, in: view)
            guard let source = event["source"]?.stringValue, let id = event["id"]?.stringValue else {
                throw LedgerError(.verification, "the line at \(position) is no event")
            }
            let key = EventKey(source: source, id: id)
            let voids = try Amendments(type: "event.voided", in: view)
            let corrections = try Amendments(type: "event.corrected", in: view)
            var page = opener.entry(event, at: position).objectValue ?? JSONObject()
            page["caused_by"] = try cause(of: event, in: view).map { try summary(at: $0, in: view) } ?? .null
            page["caused"] = .array(try effects(of: id, in: view).map { try summary(at: $0, in: view) })
            let correction = corrections.last(about: key) { voids.isStanding($0) }
            page["corrected_by"] = try correction.map { try summary(at: $0.position, in: view) } ?? .null
            let void = voids.last(about: key) { voids.isStanding($0) }
            page["voided_by"] = try void.map { try summary(at: $0.position, in: view) } ?? .null
            return .object(page)
        }
    }

    private func event(at position: Position, in view: borrowing LogView) throws -> JSONValue {
        guard let event = try view.withLine(at: position, { try opener.opened($0) }) else {
            preconditionFailure("a position below the head has a line")
        }
        return event
    }

    /// What another event's page says of an event.
    func summary(at position: Position, in view: borrowing LogView) throws -> JSONValue {
        let entry = opener.entry(try event(at: position, in: view), at: position)
        var summary = JSONObject()
        for name in ["position", "recorded_at", "time", "type", "customer", "source", "id", "actor"] {
            summary[name] = entry[name]
        }
        if let reason = entry.value(at: "data.reason") { summary["reason"] = reason }
        return .object(summary)
    }

    /// The event that an event names as its cause: of its own source where it can be.
    private func cause(of event: JSONValue, in view: borrowing LogView) throws -> Position? {
        guard let cause = event["causationid"]?.stringValue else { return nil }
        if let source = event["source"]?.stringValue,
            let position = try view.find(EventKey(source: source, id: cause))
        {
            return position
        }
        return try view.find(id: cause).first
    }

    /// The same for an event by its place.
    func cause(ofEventAt position: Position, in view: borrowing LogView) throws -> Position? {
        try cause(of: try event(at: position, in: view), in: view)
    }

    /// The events that name an event as their cause.
    func effects(of id: String, in view: borrowing LogView) throws -> [Position] {
        var search = LogSearch()
        search.causation = id
        var positions: [Position] = []
        try log.search(search, order: .ascending, within: { _ in .zero..<view.head }) { position, _ in
            positions.append(position)
            return true
        }
        return positions
    }
}

/// All voids or all corrections of a log, by the event that they are about.
private struct Amendments {
    struct Amendment {
        let position: Position
        let key: EventKey
    }

    private var byTarget: [EventKey: [Amendment]] = [:]

    init(type: String, in view: borrowing LogView) throws {
        var found: [EventKey: [Amendment]] = [:]
        let reader = JSONReader()
        try view.forEachEvent(.type(type)) { position, line in
            try reader.parse(line)
            guard let data = reader.member(0, "data"), let source = reader.member(data, "source"),
                let id = reader.member(data, "id"), let ownSource = reader.member(0, "source"),
                let ownID = reader.member(0, "id")
            else { return true }
            let target = EventKey(source: reader.string(source), id: reader.string(id))
            let own = EventKey(source: reader.string(ownSource), id: reader.string(ownID))
            found[target, default: []].append(Amendment(position: position, key: own))
            return true
        }
        byTarget = found
    }

    /// The latest amendment of an event that fits.
    func last(about key: EventKey, where fits: (Amendment) -> Bool) -> Amendment? {
        byTarget[key]?.last(where: fits)
    }

    /// Whether an amendment was not withdrawn: of voids, whether no standing void is about it. An amendment is
    /// about an earlier event, so that this ends.
    func isStanding(_ amendment: Amendment) -> Bool {
        !(byTarget[amendment.key] ?? []).contains { isStanding($0) }
    }
}
