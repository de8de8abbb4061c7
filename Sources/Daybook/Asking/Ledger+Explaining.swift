import EventLog
import Events
import Projection
import ReadModels
import Views

extension Ledger {
    /// How a field of one customer came about: which rule with which parameters, and what each event, and the time
    /// between events, did to the value.
    ///
    /// The customer's history is folded again event by event. Policy, reference data and what depends on all
    /// customers (ranks, means, tables) are those of the point throughout, so that each step shows what this
    /// customer's own events did. What all customers contribute (cut values, counts, means) is the last step,
    /// `by` `population`; a value that no event made is a step `by` `policy`. Of more than a thousand events, stretches that begin and end with the same value
    /// are passed over.
    ///
    /// - Parameter field: a dotted path such as `value.tier`; a view's name for its whole row.
    /// - Throws: `notFound` where there is no such view or no event of the customer counts; `usage` where the view
    ///   has no such field.
    public func explain(
        _ id: String, _ field: String, at question: Question
    ) async throws(LedgerError) -> Explanation {
        try asking {
            let point = try resolve(question)
            let model = try explained(field, at: point)
            let needed = catalogue.closure(of: [model.name])
            guard let fold = try lane.customer(id, at: point.fold, catalogue: needed), fold.counts,
                let history = try lane.history(of: id, at: point.fold, catalogue: needed)
            else {
                throw LedgerError(
                    .notFound,
                    "no event of customer \(id) counts at \(point.answer.effectiveAt) as known at position "
                        + "\(point.answer.position)")
            }
            let path = String(field.dropFirst(model.name.count + 1))
            let lookup = lookup(known: point.answer.position)
            var base = fold.base
            base.lookup = lookup
            let row = try model.row(0, base)
            try Self.check(path, in: row, of: model)
            let shown = Self.value(at: path, of: row)
            let replay = Replay(history: history, model: model, path: path, zone: zone, lookup: lookup)
            var walk = ExplanationWalk(
                times: replay.times, end: point.answer.effectiveAt.microseconds, zone: zone,
                evaluate: replay.value)
            try walk.run()
            let ground = ExplanationGround(
                walk: walk, shown: shown, basis: try model.basis(path, 0, base), point: point)
            return try explanation(of: field, path, ground, model, replay, at: point)
        }
    }

    /// The view that a field is of.
    private func explained(
        _ field: String, at point: ResolvedPoint
    ) throws(LedgerError) -> RegisteredReadModel {
        let models = try chosen([Self.viewName(field)], at: point)
        guard let model = models.first else {
            throw LedgerError(.internal, "the view of \(field) is not in the catalogue")
        }
        return model
    }

    /// A misspelt field would be explained as unknown. What lies deeper may depend on the customer.
    private static func check(
        _ path: String, in row: JSONValue, of model: RegisteredReadModel
    ) throws(LedgerError) {
        guard let first = path.split(separator: ".").first.map(String.init), let members = row.objectValue,
            members[first] == nil
        else { return }
        throw LedgerError(
            .usage,
            "there is no field \(model.name).\(path): \(model.name) has "
                + members.map(\.name).joined(separator: ", "))
    }

    static func value(at path: String, of row: JSONValue) -> JSONValue {
        path.isEmpty ? row : row.value(at: path) ?? .null
    }

    private func explanation(
        of field: String, _ path: String, _ ground: ExplanationGround, _ model: RegisteredReadModel,
        _ replay: Replay, at point: ResolvedPoint
    ) throws -> Explanation {
        let rule = model.rules.rule(for: path)
        var parameters = JSONObject()
        for name in rule?.parameters ?? [] {
            parameters[name] =
                point.fold.rules.policy.parameters.value(at: name)
                ?? CorePolicy.standard.value(at: name) ?? .null
        }
        let reader = EntryReader(log)
        var events: [UInt64: JSONValue] = [:]
        for position in ground.walk.steps.compactMap({ $0.event.map { replay.positions[$0] } }) {
            events[position] = try reader.entry(at: position)
        }
        var steps = ground.walk.steps.map { step in
            Self.step(
                step.event.map { replay.positions[$0] }, Instant(microseconds: step.instant).description,
                step.before, step.after)
        }
        if let basis = ground.basis {
            let entry = try basis.event.map { try reader.entry(at: $0) }
            if let event = basis.event { events[event] = entry }
            steps.append(Self.step(of: basis, entry, ground, at: point))
        } else if ground.isByPolicy {
            let position = point.fold.rules.policy.position
            let entry = try reader.entry(at: position)
            events[position] = entry
            steps.append(
                Self.step(position, entry["time"]?.stringValue ?? "", .null, ground.shown, by: "policy"))
        }
        return Explanation(
            answer: [
                "field": .string(field), "value": ground.shown,
                "rule": rule.map { .string($0.rule) } ?? .null,
                "source": rule.map { .string($0.source) } ?? .null,
                "parameters": .object(parameters), "steps": .array(steps),
                "recomputed": .bool(ground.isRecomputed),
            ],
            customer: replay.history.id, point: point.answer, events: events,
            amendments: try amendments(replay.history.amendments, reader, until: point.answer.effectiveAt),
            isRecomputed: ground.isRecomputed)
    }

    /// One step; `by` names what else than an event or time it was.
    private static func step(
        _ event: UInt64?, _ time: String, _ before: JSONValue, _ after: JSONValue, by cause: String? = nil
    ) -> JSONValue {
        var step = JSONObject([
            ("event", event.map { .number(Double($0)) } ?? .null), ("time", .string(time)),
            ("before", before), ("after", after),
        ])
        if let cause { step["by"] = .string(cause) }
        return .object(step)
    }

    /// The last step of what depends on everybody: the customer's own figures held against everybody's, or the one
    /// event of another customer that made the value.
    private static func step(
        of basis: PopulationBasis, _ entry: JSONValue?, _ ground: ExplanationGround, at point: ResolvedPoint
    ) -> JSONValue {
        let before = ground.walk.steps.isEmpty ? .null : ground.walk.value
        let moment = entry?["time"]?.stringValue ?? point.answer.effectiveAt.description
        var step =
            step(basis.event, moment, before, ground.shown, by: "population").objectValue ?? JSONObject()
        step["population"] = .object(basis.everybody)
        step["own"] = .object(basis.own)
        return .object(step)
    }

    /// The amendments whose event had happened by the question's moment, opened.
    private func amendments(
        _ amendments: [CustomerHistory.Amendment], _ reader: EntryReader, until moment: Instant
    ) throws -> [Explanation.Amendment] {
        try amendments.compactMap { amendment in
            switch amendment {
            case .void(let event, let act):
                let entry = try reader.entry(at: event)
                guard try reader.hasHappened(entry, by: moment) else { return nil }
                return .void(event: entry, by: try reader.entry(at: act))
            case .correction(let event, let act):
                let entry = try reader.entry(at: event)
                guard try reader.hasHappened(entry, by: moment) else { return nil }
                return .correction(event: entry, by: try reader.entry(at: act))
            case .merge(let ended, let into, let act):
                return .merge(ended: ended, into: into, by: try reader.entry(at: act))
            }
        }
    }
}

/// What an explanation rests on: the customer's own events, and everybody else's or the policy alone.
private struct ExplanationGround {
    let walk: ExplanationWalk
    let shown: JSONValue
    let basis: PopulationBasis?
    let point: ResolvedPoint

    /// Whether the steps lead to the value that is shown.
    var isRecomputed: Bool { walk.value == shown }

    /// Whether neither events nor time nor everybody else made the value, and yet there is one: then it is the
    /// policy's, for whoever has done nothing.
    var isByPolicy: Bool { walk.steps.isEmpty && !Self.isNothing(shown) }

    private static func isNothing(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .bool(let isTrue): !isTrue
        case .number(let number): number == 0
        case .string(let text): text.isEmpty || text.allSatisfy { "0.".contains($0) }
        case .array(let elements): elements.allSatisfy(isNothing)
        case .object(let object):
            object["currency"] != nil
                ? object["amount"].map(isNothing) ?? true : object.allSatisfy { isNothing($0.value) }
        }
    }
}

/// One customer's history as a view folds it: event by event, each with all of its facts.
private struct Replay {
    let history: CustomerHistory
    /// The positions of the events, in the order in which the view takes them.
    let positions: [UInt64]
    /// When they happened.
    let times: [Int64]
    private let model: RegisteredReadModel
    private let path: String
    private let zone: Zone
    private let lookup: LedgerLookup
    /// The facts in that order, and where those of each event end.
    private let facts: [Fact]
    private let ends: [Int]

    init(
        history: CustomerHistory, model: RegisteredReadModel, path: String, zone: Zone, lookup: LedgerLookup
    ) {
        self.history = history
        self.model = model
        self.path = path
        self.zone = zone
        self.lookup = lookup
        var facts = history.facts
        if model.order == .recorded { facts.sort(by: Fact.precedesRecorded) }
        var positions: [UInt64] = []
        var times: [Int64] = []
        var ends: [Int] = []
        for (index, fact) in facts.enumerated() {
            if positions.last == fact.position {
                ends[ends.count - 1] = index + 1
            } else {
                positions.append(fact.position)
                times.append(fact.time)
                ends.append(index + 1)
            }
        }
        self.facts = facts
        self.positions = positions
        self.times = times
        self.ends = ends
    }

    /// The value after the first so many events, at a moment.
    func value(count: Int, instant: Int64) throws -> JSONValue {
        var prefix = Array(facts.prefix(count == 0 ? 0 : ends[count - 1]))
        if model.order == .recorded { prefix.sort(by: Fact.precedes) }
        let day = zone.day(of: Instant(microseconds: instant)).number
        var base = try history.base(folding: prefix, at: Clock(instant: instant, day: day))
        base.lookup = lookup
        return Ledger.value(at: path, of: try model.row(0, base))
    }
}

/// Reads events as entries of a trail.
private struct EntryReader {
    private let log: EventLog
    private let opener: EventOpener

    init(_ log: EventLog) {
        self.log = log
        opener = EventOpener(log)
    }

    func entry(at position: UInt64) throws -> JSONValue {
        let event = try log.read { view in
            try view.withLine(at: Position(position)) { try opener.opened($0) }
        }
        guard let event else {
            throw LedgerError(.verification, "the event @\(position) of a view is not in the log")
        }
        return opener.entry(event, at: Position(position))
    }

    func hasHappened(_ entry: JSONValue, by moment: Instant) throws -> Bool {
        guard let time = entry["time"]?.stringValue else { return true }
        return try Instant(parsing: time) <= moment
    }
}
