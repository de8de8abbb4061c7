public import Events
import Projection
import Views

extension Ledger {
    /// A population report: DOMAIN.md section 26.
    ///
    /// - Throws: `notFound` where no view has a report of this name.
    public func report(
        _ name: String, _ query: ReportQuery, at question: Question
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            guard let model = catalogue.first(where: { $0.reportName == name }) else {
                throw LedgerError(
                    .notFound,
                    "there is no report \(name); there are \(catalogue.map(\.reportName).joined(separator: ", "))"
                )
            }
            let point = try resolve(question)
            try requireView(model, at: point)
            var answer = JSONObject(point.answer.members)
            try add(model, query, at: point, to: &answer)
            if let step = query.every {
                answer["series"] = .array(try series(of: model, query, step, at: point))
            }
            return .object(answer)
        }
    }

    /// A token of a program that did not have a view cannot be answered with it.
    func requireView(_ model: RegisteredReadModel, at point: ResolvedPoint) throws(LedgerError) {
        guard point.views?.contains(model.name) ?? true else {
            throw LedgerError(
                .notFound,
                "the program that gave the token had no view \(model.name): ask without the token, or for "
                    + (point.views ?? []).sorted().joined(separator: ", "))
        }
    }

    private func add(
        _ model: RegisteredReadModel, _ query: ReportQuery, at point: ResolvedPoint,
        to answer: inout JSONObject
    ) throws {
        guard query.windowDays == nil || model.reportTakesWindow else {
            throw LedgerError(
                .usage, "the report \(model.reportName) is over all history: ask for it without a window")
        }
        guard query.earlierDay == nil || model.reportTakesEarlierDay else {
            throw LedgerError(
                .usage,
                "the report \(model.reportName) compares no two dates: ask for it without an earlier one")
        }
        let base = try everybody(at: point.fold, [model], names: model.reportNamesCustomers)
        var options = ReportOptions(windowDays: query.windowDays, earlierDay: query.earlierDay)
        if let day = try model.earlierDay(base.context, options) {
            guard day < point.answer.effectiveDay else {
                throw LedgerError(
                    .usage,
                    "\(day) is not before \(point.answer.effectiveDay), which it is to be compared with")
            }
            let earlier = try resolve(
                effectiveAt: lastMoment(of: day), position: point.answer.position,
                knownAt: point.answer.knownAt)
            options.earlierDay = day
            options.earlier = try everybody(at: earlier.fold, [model], names: false)
        }
        guard let report = try model.report(base, options)?.objectValue else {
            throw LedgerError(.notFound, "the view \(model.name) has no report")
        }
        let threshold = try point.fold.rules.policy.integer("small_population", default: 50)
        answer["n"] = .number(Double(base.count))
        answer["small_population"] = .bool(base.count < threshold)
        for member in report { answer[member.name] = member.value }
    }

    /// The report at the ends of the months up to the point, as known there; the point itself comes last.
    private func series(
        of model: RegisteredReadModel, _ query: ReportQuery, _ step: ReportQuery.Step, at point: ResolvedPoint
    ) throws -> [JSONValue] {
        var days: [LocalDay] = []
        switch step {
        case .month:
            // The point's own day is a step only where it ends a month; what has not ended yet is no month.
            var end = point.answer.effectiveDay.endOfMonth
            if lastMoment(of: end) > point.answer.effectiveAt { end = end.startOfMonth.previous }
            let first = try firstDay(known: point.answer.position) ?? end
            while days.count < query.seriesLimit, end >= first {
                days.append(end)
                end = end.startOfMonth.previous
            }
        }
        return try days.reversed().map { day in
            let step = try resolve(
                effectiveAt: lastMoment(of: day), position: point.answer.position,
                knownAt: point.answer.knownAt)
            var entry = JSONObject([
                ("on", .string(day.description)),
                ("effective_at", .string(step.answer.effectiveAt.description)),
            ])
            try add(model, query, at: step, to: &entry)
            return .object(entry)
        }
    }

    /// The local day of the earliest fact; nil where there is none.
    private func firstDay(known position: UInt64) throws -> LocalDay? {
        try lane.earliestTime(known: position).map { zone.day(of: Instant(microseconds: $0)) }
    }
}
