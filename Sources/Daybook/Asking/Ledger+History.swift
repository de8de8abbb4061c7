public import Events
import Projection
import Views

extension Ledger {
    /// How fields of one customer changed along the effective axis, as known at the point, up to its moment:
    /// `[{field, from, to, on, event}]`, ascending by day. `event` is the customer's last event of that day,
    /// or null where time alone made the difference.
    ///
    /// Rows are evaluated at the end of every local day while that is quick (a few thousand folds of a small
    /// base); otherwise at the days of the customer's events and every so many days between, and a difference
    /// is traced to its day by halving.
    public func history(
        of id: String, fields: [String], at question: Question
    ) async throws(LedgerError) -> [JSONValue] {
        try asking {
            let point = try resolve(question)
            guard let group = try lane.members(of: id, known: point.answer.position) else {
                throw LedgerError(.notFound, "the ledger does not know customer \(id)")
            }
            for field in fields { try Self.check(field, in: catalogue) }
            let events = try lastEvents(of: group.members, point)
            guard let first = events.keys.min() else {
                throw LedgerError(.notFound, "no event of customer \(id) counts at that point")
            }
            var walk = HistoryWalk(
                first: first, last: point.answer.effectiveDay, eventDays: events.keys.sorted(),
                stride: try stride(from: first, to: point))
            let models = catalogue.closure(of: fields.map(Self.viewName))
            return try walk.changes(
                fields: fields,
                values: { day in try self.values(of: fields, models, customer: group.root, on: day, point) }
            ).map { change in
                [
                    "field": .string(change.field), "from": change.from, "to": change.to,
                    "on": .string(change.day.description),
                    "event": events[change.day].map { .number(Double($0)) } ?? .null,
                ]
            }
        }
    }

    /// By local day, the position of a customer's last event on it.
    private func lastEvents(of members: [String], _ point: ResolvedPoint) throws -> [LocalDay: UInt64] {
        var events: [LocalDay: (time: Int64, position: UInt64)] = [:]
        for fact in try lane.facts(of: members, at: point.fold) {
            let day = LocalDay(number: fact.day)
            if let known = events[day], (known.time, known.position) > (fact.time, fact.position) { continue }
            events[day] = (fact.time, fact.position)
        }
        return events.mapValues(\.position)
    }

    /// Every how many days rows are evaluated: as few folds as keep the whole within a few hundred million facts.
    private func stride(from first: LocalDay, to point: ResolvedPoint) throws -> Int {
        let affordable = max(120, 200_000_000 / max(1, Int(point.answer.position)))
        let days = point.answer.effectiveDay - first + 1
        return max(1, (days + affordable - 1) / affordable)
    }

    private func values(
        of fields: [String], _ models: [RegisteredReadModel], customer: String, on day: LocalDay,
        _ point: ResolvedPoint
    ) throws -> [JSONValue] {
        let moment = min(lastMoment(of: day), point.answer.effectiveAt)
        let at = try resolve(
            effectiveAt: moment, position: point.answer.position, knownAt: point.answer.knownAt)
        guard let fold = try lane.customer(customer, at: at.fold, catalogue: models), fold.counts else {
            return fields.map { _ in .null }
        }
        var base = fold.base
        base.lookup = lookup(known: point.answer.position)
        let row = try at.answer.customer(
            0, of: base, id: fold.id, aliases: fold.aliases, revision: 0,
            views: models.filter { !$0.isReportOnly })
        return fields.map { row.value(at: $0) ?? .null }
    }
}

/// Finds the days on which values changed.
struct HistoryWalk {
    struct Change {
        let field: String
        let from: JSONValue
        let to: JSONValue
        let day: LocalDay
    }

    let first: LocalDay
    let last: LocalDay
    let eventDays: [LocalDay]
    let stride: Int
    private var known: [LocalDay: [JSONValue]] = [:]

    init(first: LocalDay, last: LocalDay, eventDays: [LocalDay], stride: Int) {
        self.first = first
        self.last = last
        self.eventDays = eventDays
        self.stride = stride
    }

    mutating func changes(
        fields: [String], values: (LocalDay) throws -> [JSONValue]
    ) throws -> [Change] {
        var result: [Change] = []
        var days: Set<LocalDay> = [last]
        var day = first
        while day <= last {
            days.insert(day)
            day = day.adding(days: stride)
        }
        for eventDay in eventDays where eventDay <= last {
            days.insert(eventDay)
            if eventDay > first { days.insert(eventDay.previous) }
        }
        var before = first.previous
        known[before] = fields.map { _ in .null }
        for day in days.sorted() {
            try compare(before, day, fields, values, &result)
            before = day
        }
        return result
    }

    /// Adds the changes between two days whose earlier values are known.
    private mutating func compare(
        _ start: LocalDay, _ end: LocalDay, _ fields: [String], _ values: (LocalDay) throws -> [JSONValue],
        _ changes: inout [Change]
    ) throws {
        let (left, right) = (try at(start, values), try at(end, values))
        if left == right { return }
        guard end - start > 1 else {
            for (index, field) in fields.enumerated() where left[index] != right[index] {
                changes.append(Change(field: field, from: left[index], to: right[index], day: end))
            }
            return
        }
        let middle = start.adding(days: (end - start) / 2)
        try compare(start, middle, fields, values, &changes)
        try compare(middle, end, fields, values, &changes)
    }

    private mutating func at(_ day: LocalDay, _ values: (LocalDay) throws -> [JSONValue]) throws
        -> [JSONValue]
    {
        if let found = known[day] { return found }
        let found = try values(day)
        known[day] = found
        return found
    }
}
