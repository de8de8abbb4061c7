import EventLog
public import Events
import Projection
import Views

/// A ledger at one point as tables, given row by row: for what puts them elsewhere.
public struct LedgerTables: Sendable {
    /// The point, the same for all tables.
    public let point: AnswerPoint
    /// The reporting currency of all amounts in rows of views.
    public let currency: String
    /// The zone in which days begin and end.
    public let zone: Zone
    private let ledger: Ledger
    private let resolved: ResolvedPoint

    init(_ ledger: Ledger, at resolved: ResolvedPoint) {
        self.ledger = ledger
        self.resolved = resolved
        point = resolved.answer
        currency = ledger.currency
        zone = ledger.zone
    }
}

extension Ledger {
    /// The ledger's tables at a point. Nothing is folded before rows are asked for.
    public func tables(at question: Question) async throws(LedgerError) -> LedgerTables {
        try asking { LedgerTables(self, at: try resolve(question)) }
    }
}

extension LedgerTables {
    /// Lends the customers in the order of their first events: `{customer, aliases, revision, VIEW: {…}, …}`.
    ///
    /// - Parameter views: the views whose rows are wanted.
    /// - Throws: what `body` throws, as it is; everything else as a `LedgerError`.
    public func forEachCustomer(views: [String], _ body: (JSONValue) throws -> Void) throws {
        try lending {
            let models = try ledger.chosen(views, at: resolved)
            let base = try ledger.everybody(at: resolved.fold, models, names: true)
            let roster = try ledger.lane.roster(of: base, at: resolved.fold)
            let actCounts = try ledger.actCounts(known: point.position)
            for index in 0..<base.count {
                let id = base.names[index]
                var row = JSONObject([
                    ("customer", .string(id)),
                    ("aliases", .array(roster.aliases[index].map { .string($0) })),
                    ("revision", .number(Double(roster.eventCounts[index] + (actCounts[id] ?? 0)))),
                ])
                for model in models { row[model.name] = try model.row(index, base) }
                try lend(.object(row), body)
            }
        }
    }

    /// Lends the events that are known and have happened, in the order of the log, as entries of a trail.
    ///
    /// - Throws: what `body` throws, as it is; everything else as a `LedgerError`.
    public func forEachEvent(_ body: (JSONValue) throws -> Void) throws {
        try lending {
            let opener = EventOpener(ledger.log)
            try ledger.log.read { view in
                try view.forEachLine(upTo: Position(point.position)) { position, line in
                    let entry = opener.entry(try opener.opened(line), at: position)
                    guard let time = entry["time"]?.stringValue,
                        try Instant(parsing: time) <= point.effectiveAt
                    else { return true }
                    if opener.opensPersonal, EventOpener.holdsSealed(line),
                        let customer = entry["customer"]?.stringValue
                    {
                        ledger.watch.note(customer, at: position.rawValue)
                    }
                    try lend(entry, body)
                    return true
                }
            }
        }
    }

    private func lending(_ lend: () throws -> Void) throws {
        do { try lend() } catch let failure as BodyFailure {
            throw failure.error
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    private func lend(_ row: JSONValue, _ body: (JSONValue) throws -> Void) throws(BodyFailure) {
        do { try body(row) } catch { throw BodyFailure(error: error) }
    }
}

/// What the caller's own closure threw, carried through code that translates errors.
struct BodyFailure: Error {
    let error: any Error
}
