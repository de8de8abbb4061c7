public import Events
import Projection
import ReadModels
import Views

extension Ledger {
    /// What another policy would change at a point, without writing anything: `{effective_at, known_at, position,
    /// token, policy, tried, parameters, customers, moved, share, flows, totals, reports, changes}`.
    ///
    /// - Parameters:
    ///   - policy: parameters; absent ones have their defaults.
    ///   - fields: dotted paths; nil for what each view names first, as far as it is a word.
    ///   - limit: how many changes are listed; nil for all.
    /// - Throws: `badData` with every problem of the policy.
    public func tryPolicy(
        _ policy: JSONValue, at question: Question, fields: [String]? = nil, limit: Int? = nil
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            try Self.refuseProblems(in: policy)
            let point = try resolve(question)
            let document = CorePolicy.filled(policy)
            var tried = point.fold
            tried.rules = try lane.rules(point.fold.rules, under: document)
            let choice = fields.map(WordTable.Fields.paths) ?? .headlines
            let models = try models(of: choice)
            var walk = FieldWalk(ledger: self, models: models, fields: choice)
            var tracker = ChangeTracker(try walk.begin(at: point.fold))
            try walk.go(to: tried, cause: .policy, &tracker)
            guard let base = walk.base else { throw LedgerError(.internal, "a walk without a base") }
            let deciding = DecidingEvents(
                lane: lane, point: tried, models: catalogue.closure(of: models.map(\.name)), base: base)
            var answer = JSONObject(point.answer.members)
            answer["policy"] = .string(point.answer.policy)
            answer["tried"] = .string(tried.rules.policy.hash)
            let parameters = CorePolicy.differences(from: point.fold.rules.policy.parameters, to: document)
            answer["parameters"] = .array(
                parameters.map { ["parameter": .string($0.path), "from": $0.from, "to": $0.to] })
            let difference = DifferenceAnswer(tracker)
            for (name, value) in try difference.members(
                limit: limit,
                events: { change in change.mark.isByOthers ? [] : try deciding.events(for: change) })
            {
                answer[name] = value
            }
            answer["reports"] = .array(
                ReportDifference.figures(from: try reports(at: point.fold), to: try reports(at: tried)))
            return .object(answer)
        }
    }

    /// The report of every view that has one, by name, in the order of the catalogue: figures, for which no event is
    /// opened.
    func reports(at point: FoldPoint) throws -> [(String, JSONValue)] {
        var base = try everybody(at: point, catalogue, names: true)
        base.lookup = nil
        return try Self.reports(of: catalogue, base: base)
    }

    static func reports(
        of models: [RegisteredReadModel], base: Base
    ) throws -> [(String, JSONValue)] {
        try models.compactMap { model in try model.report(base, ReportOptions()).map { (model.name, $0) } }
    }
}
