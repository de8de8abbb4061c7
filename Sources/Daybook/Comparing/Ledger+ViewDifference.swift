public import Events
import Projection
import Views

extension Ledger {
    /// What two generations differ in, as they last stood: `{from, to, customers, moved, share, flows, totals,
    /// reports, changes}`.
    ///
    /// Each change is put down to what brought it about: other rules of the views (`rules`), another policy, time,
    /// late knowledge, corrections or events between the two. Where this program has not the rules of the newer
    /// one, they cannot be told apart (`unknown`). A field that only one of the two has is not compared.
    ///
    /// - Parameters:
    ///   - from: a generation; nil for the live one.
    ///   - to: a generation; nil for the newest.
    ///   - causes: only changes of these causes; nil for all.
    ///   - fields: only these fields, of those that are kept; nil for all.
    ///   - limit: how many changes are listed; nil for all.
    /// - Throws: `notFound` where there is no such generation, or nothing newer than the live one.
    public func diffViews(
        from: Int? = nil, to: Int? = nil, causes: [String]? = nil, fields: [String]? = nil,
        limit: Int? = nil
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let (old, new) = try generations(from: from, to: to)
            let found = try walked(from: old, to: new, fields)
            let difference = DifferenceAnswer(found.tracker, causes: causes.map(Set.init))
            var answer = JSONObject([("from", Self.side(old)), ("to", Self.side(new))])
            let deciding = try deciding(at: new, found)
            let kinds = try found.points.map { try lane.changedFacts(from: $0.start, to: $0.end) } ?? [:]
            for (name, value) in try difference.members(
                limit: limit,
                events: { change in
                    guard !change.mark.isByOthers else { return [] }
                    switch change.mark.cause {
                    case .rules, .policy: return try deciding?.events(for: change) ?? []
                    default:
                        return (kinds[change.place.customer] ?? ChangedFacts())
                            .positions(of: change.mark.cause)
                    }
                })
            {
                answer[name] = value
            }
            answer["reports"] = .array(
                ReportDifference.figures(from: found.reports.old, to: found.reports.new))
            return .object(answer)
        }
    }

    /// The difference of two generations; nil where one of them can no longer be read.
    func difference(from old: Generation, to new: Generation) throws -> DifferenceAnswer? {
        do {
            return DifferenceAnswer(try walked(from: old, to: new, nil).tracker)
        } catch let error as LedgerError where error.category == .verification {
            return nil
        }
    }

    /// How it was got from one generation to the other.
    private struct Walked {
        var tracker: ChangeTracker
        var points: (start: FoldPoint, end: FoldPoint)?
        var reports: (old: [(String, JSONValue)], new: [(String, JSONValue)])
    }

    private func walked(from old: Generation, to new: Generation, _ fields: [String]?) throws -> Walked {
        let (before, after) = (try rows(of: old), try rows(of: new))
        let common = before.table.columns.map(\.field).filter { field in
            after.table.columns.contains { $0.field == field }
        }
        for field in fields ?? [] where !common.contains(field) {
            throw LedgerError(
                .usage,
                "both generations keep no field \(field); they keep \(common.joined(separator: ", "))")
        }
        let kept = fields ?? common
        var tracker = ChangeTracker(before.table.keeping(kept))
        let reports = (
            before.reports.map { ($0.name, $0.report) }, after.reports.map { ($0.name, $0.report) }
        )
        guard new.missing(in: versions).isEmpty, let start = try point(of: old)?.fold,
            let end = try point(of: new)?.fold
        else {
            tracker.step(to: after.table.keeping(kept), cause: .unknown) { _, _, _ in false }
            return Walked(tracker: tracker, points: nil, reports: reports)
        }
        let choice = WordTable.Fields.paths(kept)
        var walk = FieldWalk(ledger: self, models: try models(of: choice), fields: choice, looksUp: false)
        tracker.step(to: try walk.begin(at: start), cause: .rules) { _, _, _ in false }
        for step in Comparison(from: start, to: end).steps.dropFirst() {
            try walk.go(to: step.point, cause: step.cause, &tracker)
        }
        // What is not the same yet is so because the newer one was folded from another lane.
        tracker.step(to: after.table.keeping(kept), cause: .rules) { _, _, _ in false }
        return Walked(tracker: tracker, points: (start, end), reports: reports)
    }

    /// The rows of a generation as it last stood; where they are gone, those that this program folds there, if it
    /// has the rules.
    private func rows(of generation: Generation) throws -> GenerationRows {
        do {
            return try lane.rows(of: generation)
        } catch {
            lane.note("the rows of generation \(generation.id) are damaged and are not used")
            guard generation.missing(in: versions).isEmpty, let point = try point(of: generation) else {
                throw LedgerError(
                    .verification,
                    "the rows of generation \(generation.id) are gone or damaged, and only daybook "
                        + "\(generation.build) can fold them again")
            }
            let base = try lane.everybody(at: point.fold, catalogue: catalogue, names: true)
            return GenerationRows(
                table: try WordTable(of: base, models: catalogue, fields: .headlines, workers: lane.workers),
                reports: try Self.reports(of: catalogue, base: base).map { (name: $0.0, report: $0.1) })
        }
    }

    private func deciding(at generation: Generation, _ found: Walked) throws -> DecidingEvents? {
        guard let end = found.points?.end else { return nil }
        let models = try models(of: .paths(found.tracker.last.columns.map(\.field)))
        var base = try everybody(at: end, models, names: true)
        base.lookup = nil
        return DecidingEvents(
            lane: lane, point: end, models: catalogue.closure(of: models.map(\.name)), base: base)
    }

    private func generations(from: Int?, to: Int?) throws -> (Generation, Generation) {
        let known = lane.generations()
        func generation(_ id: Int) throws -> Generation {
            guard let found = known.first(where: { $0.id == id }) else {
                throw LedgerError(
                    .notFound,
                    "there is no generation \(id); there are \(known.map { "\($0.id)" }.joined(separator: ", "))"
                )
            }
            return found
        }
        guard let newest = known.last else {
            throw LedgerError(.notFound, "there is no generation yet: daybook views rebuild makes one")
        }
        let new = try to.map(generation) ?? newest
        guard let old = try from.map(generation) ?? lane.liveGeneration() else {
            throw LedgerError(
                .notFound, "no generation is live yet: name two, or make one live: daybook views cutover")
        }
        guard old.id != new.id else {
            throw LedgerError(
                .notFound,
                "generation \(new.id) is live and the newest: build another to compare it with: daybook views rebuild"
            )
        }
        return (old, new)
    }

    private static func side(_ generation: Generation) -> JSONValue {
        [
            "generation": .number(Double(generation.id)), "position": .number(Double(generation.position)),
            "effective_at": .string(generation.effectiveAt.description), "policy": .string(generation.policy),
            "build": .string(generation.build), "customers": .number(Double(generation.customers)),
        ]
    }
}
