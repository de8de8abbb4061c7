import EventLog
import Events

/// Answers an auditor's questions from the log: by the index that narrows most, confirmed line by line.
struct TrailReader {
    private let log: EventLog
    private let query: TrailQuery
    /// The ids whose events count as the asked-for customer's; nil where no customer was asked for.
    private let customers: [String]?
    private let earliest: Instant?
    private let latest: Instant?
    private let zone: Zone
    private let opener: EventOpener
    private let reader = JSONReader()

    /// How many lines are read at a time when the log is read backwards.
    private static let stretch: UInt64 = 4096

    /// Prepares a question.
    ///
    /// - Parameter customers: the ids that go on as the query's customer, itself included.
    init(_ query: TrailQuery, in log: EventLog, zone: Zone, customers: [String]?) {
        self.log = log
        self.query = query
        self.customers = customers
        self.zone = zone
        opener = EventOpener(log)
        earliest = query.from.flatMap { Self.moment($0, zone, isEnd: false) }
        latest = query.to.flatMap { Self.moment($0, zone, isEnd: true) }
    }

    /// The entries of the trail, and where it goes on.
    func trail() throws -> Trail {
        var entries: [JSONValue] = []
        var last: UInt64?
        var next: UInt64?
        try forEachEvent { position, line in
            if let limit = query.limit, entries.count == limit {
                next = last
                return false
            }
            entries.append(opener.entry(try opener.opened(line), at: position))
            last = position.rawValue
            return true
        }
        return Trail(entries: entries, next: next)
    }

    /// Lends each line that the question is about, until `body` returns false.
    func forEachEvent(_ body: (Position, Span<UInt8>) throws -> Bool) throws {
        try log.read { view in
            let range = try positions(in: view)
            guard range.lowerBound < range.upperBound else { return }
            if let filters = filters() {
                try forEachIndexed(filters, in: view, range, body)
            } else if query.newestFirst {
                try forEachBackwards(in: view, range, body)
            } else {
                try view.forEachLine(from: range.lowerBound, upTo: range.upperBound) { position, line in
                    try matches(line) ? try body(position, line) : true
                }
            }
        }
    }

    // MARK: Where to look

    /// The positions that the recorded times, and what was shown before, leave.
    private func positions(in view: borrowing LogView) throws -> Range<Position> {
        var start = Position.zero
        var end = view.head
        switch query.recordedFrom {
        case .position(let position): start = Position(position)
        case let argument?:
            if let moment = Self.moment(argument, zone, isEnd: false) {
                start = try view.position(knownAt: Instant(microseconds: moment.microseconds - 1))
            }
        case nil: break
        }
        switch query.recordedTo {
        case .position(let position): end = min(end, Position(position))
        case let argument?:
            if let moment = Self.moment(argument, zone, isEnd: true) {
                end = min(end, try view.position(knownAt: moment))
            }
        case nil: break
        }
        if let after = query.after {
            if query.newestFirst {
                end = min(end, Position(after))
            } else {
                start = max(start, Position(after).next)
            }
        }
        return start..<max(start, end)
    }

    /// The filters that an index can answer; nil where the log must be read through.
    private func filters() -> [LogFilter]? {
        if let customers { return customers.map(LogFilter.customer) }
        if let correlation = query.correlation { return [.correlation(correlation)] }
        if let actor = query.actor { return [.actor(actor)] }
        if let type = query.type {
            guard type.hasSuffix(".*") else { return [.type(type)] }
            return log.schemas.types.filter { $0.hasPrefix(type.dropLast(1)) }.map(LogFilter.type)
        }
        return nil
    }

    private func forEachIndexed(
        _ filters: [LogFilter], in view: borrowing LogView, _ range: Range<Position>,
        _ body: (Position, Span<UInt8>) throws -> Bool
    ) throws {
        let order: LogOrder = query.newestFirst ? .descending : .ascending
        if filters.count == 1, let filter = filters.first {
            try view.forEachEvent(filter, from: range.lowerBound, upTo: range.upperBound, order: order) {
                try matches($1) ? try body($0, $1) : true
            }
            return
        }
        var positions: Set<Position> = []
        for filter in filters {
            positions.formUnion(try view.positions(filter, from: range.lowerBound, upTo: range.upperBound))
        }
        for position in positions.sorted(by: query.newestFirst ? (>) : (<)) {
            let goesOn = try view.withLine(at: position) { line in
                try matches(line) ? try body(position, line) : true
            }
            if goesOn == false { return }
        }
    }

    private func forEachBackwards(
        in view: borrowing LogView, _ range: Range<Position>, _ body: (Position, Span<UInt8>) throws -> Bool
    ) throws {
        var end = range.upperBound.rawValue
        while end > range.lowerBound.rawValue {
            let start = max(range.lowerBound.rawValue, end > Self.stretch ? end - Self.stretch : 0)
            var found: [Position] = []
            try view.forEachLine(from: Position(start), upTo: Position(end)) { position, line in
                if try matches(line) { found.append(position) }
                return true
            }
            for position in found.reversed() {
                if try view.withLine(at: position, { try body(position, $0) }) == false { return }
            }
            end = start
        }
    }

    // MARK: What fits

    private func matches(_ line: Span<UInt8>) throws -> Bool {
        try reader.parse(line)
        guard fits("type", query.type.map { $0.hasSuffix(".*") ? nil : $0 } ?? nil),
            fits("source", query.source),
            fits("authid", query.actor), fits("correlationid", query.correlation),
            fits("causationid", query.causation), hasType, isWithinTime()
        else { return false }
        if let channel = query.channel {
            guard let data = reader.member(0, "data"), let found = reader.member(data, "channel"),
                reader.text(found, equals: channel)
            else { return false }
        }
        guard let text = query.text else { return true }
        let data = try opener.opened(line)["data"] ?? .null
        return Self.holds(data, text.lowercased())
    }

    private func fits(_ name: StaticString, _ wanted: String?) -> Bool {
        guard let wanted else { return true }
        return reader.member(0, name).map { reader.text($0, equals: wanted) } ?? false
    }

    private var hasType: Bool {
        guard let type = query.type, type.hasSuffix(".*"), let node = reader.member(0, "type") else {
            return true
        }
        return reader.string(node).hasPrefix(type.dropLast(1))
    }

    private func isWithinTime() -> Bool {
        guard earliest != nil || latest != nil else { return true }
        guard let node = reader.member(0, "time") else { return false }
        do throws(TimeError) {
            let time = try Instant(parsing: reader.string(node))
            return earliest.map { $0 <= time } ?? true && latest.map { time <= $0 } ?? true
        } catch { return false }
    }

    private static func holds(_ value: JSONValue, _ text: String) -> Bool {
        switch value {
        case .string(let string): string.lowercased().contains(text)
        case .number, .bool: value.canonicalText == text
        case .null: false
        case .array(let elements): elements.contains { holds($0, text) }
        case .object(let object): object.contains { holds($0.value, text) }
        }
    }

    /// A day begins or ends, as the side of the interval asks; `now` and positions set no bound of time.
    private static func moment(_ argument: TimeArgument, _ zone: Zone, isEnd: Bool) -> Instant? {
        switch argument {
        case .now, .position: nil
        case .instant(let instant): instant
        case .day(let day):
            isEnd
                ? Instant(microseconds: zone.start(of: day.next).microseconds - 1) : zone.start(of: day)
        }
    }
}
