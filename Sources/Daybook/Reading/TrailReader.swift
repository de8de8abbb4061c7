import EventLog
import Events

/// Answers an auditor's questions from the log.
struct TrailReader {
    private let log: EventLog
    private let query: TrailQuery
    private let search: LogSearch
    private let text: TextSearch?
    private let condition: Condition?
    private let lookedAt: [String]?
    private let now: Instant
    private let zone: Zone
    private let opener: EventOpener
    /// How many events there were when the types were listed that can fit; nil where they were not.
    private let known: Position?

    /// Prepares a question.
    ///
    /// - Parameter customers: the ids that go on as the query's customer, itself included; nil where no customer
    ///   was asked for.
    /// - Throws: `usage` where a filter makes no sense.
    init(
        _ query: TrailQuery, in log: EventLog, zone: Zone, now: Instant, customers: [String]?
    ) throws(LedgerError) {
        self.log = log
        self.query = query
        self.zone = zone
        self.now = now
        opener = EventOpener(log, leavingSealed: query.leavesSealed)
        text = query.text.map(TextSearch.init)
        condition = try query.condition.map { text throws(LedgerError) in try Self.condition(text, log) }
        lookedAt = query.isAccess ? customers : nil
        var search = LogSearch()
        search.customers = query.isAccess ? nil : customers
        search.type = try query.isAccess ? Self.accessType(query.type) : query.type.map(Self.pattern)
        search.actor = query.actor
        search.source = query.source
        search.channel = query.channel
        search.correlation = query.correlation
        search.causation = query.causation
        search.from = Self.moment(query.from, zone, isEnd: false, now: now)
        search.to = Self.moment(query.to, zone, isEnd: true, now: nil)
        if let condition {
            search.values = condition.expression.renamingPaths { TrailCheck.fields[$0] ?? $0 }
            let fitting = try Self.fittingTypes(of: condition, search.type, log)
            search.fittingTypes = fitting.types
            known = fitting.known
        } else {
            known = nil
        }
        self.search = search
        if let from = search.from, let to = search.to, from > to {
            throw LedgerError(
                .usage, "nothing can happen from \(from) to \(to): the end lies before the beginning")
        }
    }

    /// The entries of the trail, and where it goes on.
    func trail() throws -> Trail {
        var entries: [JSONValue] = []
        var last: UInt64?
        var next: UInt64?
        let reader = JSONReader()
        try forEachEvent { position, line in
            if let limit = query.limit, entries.count == limit {
                next = last
                return false
            }
            try reader.parse(line)
            entries.append(opener.entry(try opener.opened(reader), at: position))
            last = position.rawValue
            return true
        }
        return Trail(entries: entries, next: next)
    }

    /// Lends the entries of the trail one by one.
    func forEachEntry(_ body: (JSONValue) throws -> Void) throws {
        var count = 0
        let reader = JSONReader()
        try forEachEvent { position, line in
            if let limit = query.limit, count == limit { return false }
            try reader.parse(line)
            try body(opener.entry(try opener.opened(reader), at: position))
            count += 1
            return true
        }
    }

    /// Lends each line that the question is about, in its order, until `body` returns false.
    func forEachEvent(_ body: (Position, Span<UInt8>) throws -> Bool) throws {
        let (text, condition, lookedAt, opener) = (text, condition, lookedAt, opener)
        let needsCheck = text != nil || condition != nil || lookedAt != nil
        let makeCheck: @Sendable () -> LineCheck = {
            let check = TrailCheck(text, condition, lookedAt: lookedAt, opener)
            return { try check.holds($0) }
        }
        try log.search(
            search, order: query.newestFirst ? .descending : .ascending,
            within: { try positions(in: $0) }, also: needsCheck ? makeCheck : nil, body)
    }

    // MARK: Filters

    private static func pattern(_ type: String) throws(LedgerError) -> LogSearch.TypePattern {
        guard type.contains("*") else { return .exactly(type) }
        let prefix = String(type.dropLast())
        guard type.hasSuffix(".*"), !prefix.contains("*"), prefix.count > 1 else {
            throw LedgerError(
                .usage, "the type \(type) makes no sense: a star stands at the end, as in complaint.*")
        }
        return .beginning(prefix)
    }

    private static func accessType(_ type: String?) throws(LedgerError) -> LogSearch.TypePattern {
        guard type == nil || type == AccessRecord.type else {
            throw LedgerError(
                .usage, "who looked is asked of \(AccessRecord.type) events alone: leave the type out")
        }
        return .exactly(AccessRecord.type)
    }

    private static func condition(_ text: String, _ log: EventLog) throws(LedgerError) -> Condition {
        let condition = try Condition(parsing: text)
        for path in condition.paths where !path.hasPrefix("data.") && TrailCheck.fields[path] == nil {
            let names = TrailCheck.fields.keys.sorted().joined(separator: ", ")
            let hint =
                ["time", "recorded_at", "position"].contains(path)
                ? "for times and positions there are filters of their own"
                : "what an event says of itself begins with data., as in data.\(path); else there are \(names)"
            throw LedgerError(.usage, "an event has no field \(path) to ask for: \(hint)")
        }
        // The built-in types are asked first: to know the users' own, the log must be read.
        if condition.vainPart(in: log.schemas) != nil {
            let all = try asking { try log.registeredSchemas() }
            if let why = condition.vainPart(in: all) { throw LedgerError(.usage, why) }
        }
        return condition
    }

    /// The types of which an event can meet a condition, by what the schemas say; nil where that is not known. Users'
    /// own types are known from some of the events only, where no type was asked for.
    private static func fittingTypes(
        of condition: Condition, _ pattern: LogSearch.TypePattern?, _ log: EventLog
    ) throws(LedgerError) -> (types: [String]?, known: Position?) {
        if case .exactly(let type) = pattern, log.schemas.versionCount(of: type) > 0 {
            return (condition.canHold(in: type, log.schemas) ? [type] : [], nil)
        }
        return try asking {
            let head = try log.read { $0.head }
            let schemas = try log.registeredSchemas()
            return (schemas.types.filter { condition.canHold(in: $0, schemas) }, head)
        }
    }

    /// The positions that the recorded times, and what was shown before, leave.
    private func positions(in view: borrowing LogView) throws -> Range<Position> {
        var start = Position.zero
        var end = min(view.head, query.known.map(Position.init(_:)) ?? view.head, known ?? view.head)
        switch query.recordedFrom {
        case .position(let position): start = Position(position)
        case let argument:
            if let moment = Self.moment(argument, zone, isEnd: false, now: now) {
                start = try view.position(knownAt: Instant(microseconds: moment.microseconds - 1))
            }
        }
        switch query.recordedTo {
        case .position(let position): end = min(end, Position(position))
        case let argument:
            if let moment = Self.moment(argument, zone, isEnd: true, now: nil) {
                end = min(end, try view.position(knownAt: moment))
            }
        }
        if let after = query.after {
            if query.newestFirst {
                end = min(end, Position(after))
            } else if after < view.head.rawValue {
                start = max(start, Position(after).next)
            } else {
                start = max(start, view.head)
            }
        }
        return min(start, end)..<end
    }

    /// A day begins or ends, as the side of the interval asks; positions set no bound of time.
    private static func moment(
        _ argument: TimeArgument?, _ zone: Zone, isEnd: Bool, now: Instant?
    ) -> Instant? {
        switch argument {
        case nil, .position: nil
        case .now: now
        case .instant(let instant): instant
        case .day(let day):
            isEnd
                ? Instant(microseconds: zone.start(of: day.next).microseconds - 1) : zone.start(of: day)
        }
    }
}
