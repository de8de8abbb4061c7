import EventLog
public import Events
import Views

extension Ledger {
    /// The events that a query asks for, in the order of the log or against it.
    public func trail(_ query: TrailQuery) async throws(LedgerError) -> Trail {
        try asking { try trailReader(query).trail() }
    }

    /// The same, lent one by one: for trails that are longer than memory.
    ///
    /// - Throws: what `body` throws, as it is; everything else as a `LedgerError`.
    public func forEachEntry(of query: TrailQuery, _ body: (JSONValue) throws -> Void) async throws {
        do {
            try trailReader(query).forEachEntry { entry in
                do { try body(entry) } catch { throw BodyFailure(error: error) }
            }
        } catch let failure as BodyFailure {
            throw failure.error
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    /// Where the events of a trail stand, in its order, for whoever reads the lines elsewhere.
    public func positions(of query: TrailQuery) async throws(LedgerError) -> [UInt64] {
        try asking {
            var positions: [UInt64] = []
            try trailReader(query).forEachEvent { position, _ in
                if let limit = query.limit, positions.count >= limit { return false }
                positions.append(position.rawValue)
                return true
            }
            return positions
        }
    }

    /// One event with what led to it and what followed: the members of a trail's entry and caused_by, caused,
    /// corrected_by, voided_by.
    public func event(_ reference: EventReference) async throws(LedgerError) -> JSONValue {
        try asking {
            let page = EventPage(log)
            return try page.page(of: try page.position(of: reference))
        }
    }

    /// Events as they were sent, with personal values opened, or (`sealed`) the lines as they are stored and
    /// hashed. Each is lent without a newline. Returns how many there were.
    ///
    /// - Throws: what `body` throws, as it is; everything else as a `LedgerError`.
    @discardableResult
    public func export(
        _ query: TrailQuery, sealed: Bool, _ body: (Span<UInt8>) throws -> Void
    ) async throws -> UInt64 {
        var count: UInt64 = 0
        let opener = EventOpener(log, leavingSealed: query.leavesSealed)
        do {
            try trailReader(query).forEachEvent { _, line in
                if let limit = query.limit, count >= UInt64(limit) { return false }
                if sealed {
                    try lending(line, body)
                } else {
                    try lending(Self.asSent(try opener.opened(line)).span, body)
                }
                count += 1
                return true
            }
        } catch let failure as BodyFailure {
            throw failure.error
        } catch {
            throw LedgerError.wrapping(error)
        }
        return count
    }

    func trailReader(_ query: TrailQuery) throws -> TrailReader {
        let customers = try query.customer.map { id in
            let head = try log.read { $0.head.rawValue }
            return try lane.members(of: id, known: head)?.members ?? [id]
        }
        return try TrailReader(query, in: log, zone: zone, now: clock(), customers: customers)
    }

    /// What the ledger added to an event for itself is left out, but for `recordedtime`, by which another ledger
    /// can take the history over.
    private static func asSent(_ event: JSONValue) -> [UInt8] {
        guard var object = event.objectValue else { return event.canonicalBytes }
        object["contentmac"] = nil
        return JSONValue.object(object).canonicalBytes
    }
}

private func lending(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) throws(BodyFailure) {
    do { try body(bytes) } catch { throw BodyFailure(error: error) }
}
