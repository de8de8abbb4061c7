import EventLog
import Events
import Projection
import Synchronization
import Views

/// What rows look up in the ledger: names of other customers, and events that hold what no fact may hold.
///
/// Events are as known at the point: with the data of the correction that stands, personal values opened where
/// this process holds the keys. Only what is asked for is opened, and whose it was is noted, unless nobody sees it.
final class LedgerLookup: BaseLookup {
    private let log: EventLog
    private let lane: Views
    private let known: UInt64
    private let opener: EventOpener
    private let watch: AccessWatch
    private let corrections: Mutex<[UInt64: UInt64]?>
    /// The event asked for last: a row asks for several values of one registration.
    private let latest: Mutex<Looked?>

    /// An event as it is stored, and the correction that stands in for its data.
    private struct Looked {
        let position: UInt64
        let event: JSONValue
        let correction: JSONValue?
    }

    init(log: EventLog, lane: Views, known: UInt64, watch: AccessWatch) {
        self.log = log
        self.lane = lane
        self.known = known
        self.watch = watch
        opener = EventOpener(log)
        corrections = Mutex(nil)
        latest = Mutex(nil)
    }

    func name(of customer: UInt32) throws -> String? {
        try lane.name(of: customer, known: known)
    }

    func event(at position: UInt64) throws -> JSONValue? {
        guard let looked = try looked(at: position) else { return nil }
        guard let correction = looked.correction, var event = looked.event.objectValue else {
            return try opened(looked.event, "", of: looked.event, looked)
        }
        event["data"] = try data([], of: looked)
        if let time = correction.value(at: "data.time") { event["time"] = time }
        return .object(event)
    }

    func data(_ path: [String], at position: UInt64) throws -> JSONValue? {
        try looked(at: position).flatMap { try data(path, of: $0) }
    }

    func unseen(_ path: [String], at position: UInt64) throws -> JSONValue? {
        try looked(at: position).flatMap { try data(path, of: $0, isSeen: false) }
    }

    /// A value within the data that count, opened.
    private func data(_ path: [String], of looked: Looked, isSeen: Bool = true) throws -> JSONValue? {
        let holder = looked.correction ?? looked.event
        let steps = (looked.correction == nil ? ["data"] : ["data", "data"]) + path
        var value = holder
        for step in steps {
            guard let member = value[step] else { return nil }
            value = member
        }
        let pointer = steps.map { "/" + JSONPointer.escape($0) }.joined()
        return try opened(value, pointer, of: holder, looked, isSeen: isSeen)
    }

    private func opened(
        _ value: JSONValue, _ pointer: String, of holder: JSONValue, _ looked: Looked, isSeen: Bool = true
    ) throws -> JSONValue {
        let opened = try opener.opened(value, pointer: pointer, of: holder)
        if isSeen, opened != value, let customer = looked.event["subject"]?.stringValue {
            watch.note(customer, at: looked.position)
        }
        return opened
    }

    private func looked(at position: UInt64) throws -> Looked? {
        if let latest = latest.withLock({ $0 }), latest.position == position { return latest }
        guard position < known, let event = try stored(position) else { return nil }
        let correction = try standing()[position].flatMap { try stored($0) }
        let looked = Looked(position: position, event: event, correction: correction)
        latest.withLock { $0 = looked }
        return looked
    }

    private func stored(_ position: UInt64) throws -> JSONValue? {
        try log.read { view in
            try view.withLine(at: Position(position)) { line in
                let reader = JSONReader()
                try reader.parse(line)
                return reader.value(0)
            }
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
    /// What rows may look up at a point that knows so many events.
    func lookup(known: UInt64) -> LedgerLookup {
        LedgerLookup(log: log, lane: lane, known: known, watch: watch)
    }

    /// Everybody at a point, for some views and all that they read, with what rows may look up.
    func everybody(at point: FoldPoint, _ models: [RegisteredReadModel], names: Bool) throws -> Base {
        var base = try lane.everybody(
            at: point, catalogue: catalogue.closure(of: models.map(\.name)), names: names)
        base.lookup = lookup(known: point.factsKnown)
        return base
    }
}
