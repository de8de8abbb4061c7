import EventLog
public import Events
import Projection
import ReadModels
import Views

extension Ledger {
    /// Whether the policy that holds now asks that reads of personal data are written down (`access.record`).
    public func recordsAccess() throws(LedgerError) -> Bool {
        try asking { try resolve(Question()).fold.rules.policy.recordsAccess() }
    }

    /// Whose personal values the events of a trail would show. What stays sealed shows none.
    public func personalRead(of query: TrailQuery) async throws(LedgerError) -> PersonalRead {
        try asking {
            var query = query
            let head = try log.read { $0.head.rawValue }
            let known = min(query.known ?? head, head)
            query.known = known
            var read = PersonalRead(known: known)
            guard EventOpener(log, leavingSealed: query.leavesSealed).opensPersonal else { return read }
            var count = 0
            let reader = JSONReader()
            try trailReader(query).forEachEvent { _, line in
                if let limit = query.limit, count == limit { return false }
                count += 1
                try Self.add(line, to: &read, reader)
                return true
            }
            return read
        }
    }

    /// Whose personal values the page of an event would show.
    public func personalRead(ofEvent reference: EventReference) async throws(LedgerError) -> PersonalRead {
        try asking {
            let position = try EventPage(log).position(of: reference)
            return try log.read { view in
                var read = PersonalRead(known: view.head.rawValue)
                guard EventOpener(log).opensPersonal else { return read }
                let reader = JSONReader()
                try view.withLine(at: position) { try Self.add($0, to: &read, reader) }
                return read
            }
        }
    }

    /// The customer whose page is shown: that it is a person's is personal enough.
    public func personalRead(ofCustomer id: String) async throws(LedgerError) -> PersonalRead {
        try asking {
            let head = try log.read { $0.head.rawValue }
            var read = PersonalRead(known: head)
            if let found = try lane.members(of: id, known: head) { read.add(found.root, events: 0) }
            return read
        }
    }

    /// Begins to note whose personal values are opened for answers. Until then nothing is noted.
    public func watchReads() { watch.begin() }

    /// Whose personal values were opened, since `watchReads`, for what this handle answered about customers: rows,
    /// reports, queues, tables and differences. To be asked for when the answer is made, and written down before it
    /// is given.
    public func personalShown() throws(LedgerError) -> PersonalRead { watch.read(known: try head()) }

    private static func add(_ line: Span<UInt8>, to read: inout PersonalRead, _ reader: JSONReader) throws {
        guard EventOpener.holdsSealed(line) else { return }
        try reader.parse(line)
        if let subject = reader.member(0, "subject") { read.add(reader.string(subject), events: 1) }
    }

    /// Writes down that a read takes place, before it does. Nothing is written of a read that shows nobody.
    ///
    /// - Parameters:
    ///   - what: what is read, such as `customer page`, without anything personal: it stays for ever.
    ///   - actor: who reads.
    /// - Throws: `notAllowed` where the ledger was opened for reading: see the other form.
    public func recordAccess(_ read: PersonalRead, what: String, by actor: String) throws(LedgerError) {
        try asking { try Self.record(read, what: what, by: actor, in: log, at: clock()) }
        follower.follow()
    }

    /// The same for who only reads: opens the ledger's log for writing for as long as it takes. No other handle of
    /// this process may have the ledger open.
    ///
    /// - Throws: `locked` where another process writes; `notAllowed` where this one may not. The read must then not
    ///   take place.
    public static func recordAccess(
        _ read: PersonalRead, what: String, by actor: String, inLedgerAt path: String,
        clock: @escaping @Sendable () -> Instant = Ledger.systemClock
    ) throws(LedgerError) {
        guard !read.isEmpty else { return }
        do throws(LedgerError) {
            try asking {
                var options = LogOptions()
                options.clock = clock
                let log = try EventLog(opening: path, access: .write, options: options)
                try record(read, what: what, by: actor, in: log, at: clock())
                try log.close()
            }
        } catch {
            let category: LedgerError.Category = error.category == .locked ? .locked : .notAllowed
            throw LedgerError(
                category,
                "nothing is shown: the policy asks that reads of personal data are written down "
                    + "(access.record), and this one could not be: \(error.message)", problems: error.problems
            )
        }
    }

    private static func record(
        _ read: PersonalRead, what: String, by actor: String, in log: EventLog, at now: Instant
    ) throws {
        let events = AccessRecord.events(of: read, what: what, by: actor, at: now)
        guard !events.isEmpty else { return }
        try log.appendOwn(events)
    }
}
