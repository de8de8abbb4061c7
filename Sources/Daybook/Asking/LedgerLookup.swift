import EventLog
import Events
import Projection
import Synchronization
import Views

/// What rows look up in the ledger: names of other customers, and events that hold what no fact may hold.
///
/// Events are as known at the point: with the data of the correction that stands, personal values opened where
/// this process holds the keys.
final class LedgerLookup: BaseLookup {
    private let log: EventLog
    private let lane: Views
    private let known: UInt64
    private let opener: EventOpener
    private let corrections: Mutex<[UInt64: UInt64]?>
    /// The event asked for last: a row asks for several values of one registration.
    private let latest: Mutex<(position: UInt64, event: JSONValue)?>

    init(log: EventLog, lane: Views, known: UInt64) {
        self.log = log
        self.lane = lane
        self.known = known
        opener = EventOpener(log)
        corrections = Mutex(nil)
        latest = Mutex(nil)
    }

    func name(of customer: UInt32) throws -> String? {
        try lane.name(of: customer, known: known)
    }

    func event(at position: UInt64) throws -> JSONValue? {
        if let latest = latest.withLock({ $0 }), latest.position == position { return latest.event }
        let event = try corrected(at: position)
        if let event { latest.withLock { $0 = (position, event) } }
        return event
    }

    private func corrected(at position: UInt64) throws -> JSONValue? {
        guard position < known, let event = try opened(position) else { return nil }
        guard let correction = try standing()[position], let replaced = try opened(correction),
            var corrected = event.objectValue
        else { return event }
        corrected["data"] = replaced.value(at: "data.data") ?? .null
        if let time = replaced.value(at: "data.time") { corrected["time"] = time }
        return .object(corrected)
    }

    private func opened(_ position: UInt64) throws -> JSONValue? {
        try log.read { view in
            try view.withLine(at: Position(position)) { try opener.opened($0) }
        }
    }

    private func standing() throws -> [UInt64: UInt64] {
        if let kept = corrections.withLock({ $0 }) { return kept }
        let found = try lane.corrections(known: known)
        corrections.withLock { $0 = found }
        return found
    }
}

extension Ledger {
    /// Everybody at a point, for some views and all that they read, with what rows may look up.
    func everybody(at point: FoldPoint, _ models: [RegisteredReadModel], names: Bool) throws -> Base {
        var base = try lane.everybody(
            at: point, catalogue: catalogue.closure(of: models.map(\.name)), names: names)
        base.lookup = LedgerLookup(log: log, lane: lane, known: point.factsKnown)
        return base
    }
}
