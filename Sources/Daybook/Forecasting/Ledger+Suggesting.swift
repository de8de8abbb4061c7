public import Events
import Projection
import ReadModels
import Views

extension Ledger {
    /// What a policy would say if its parameters were taken from the customers: each value with its reason, and the
    /// figures behind them. Nothing is adopted.
    ///
    /// - Parameter horizonDays: within how many days a return counts; nil for the policy's horizon of churn.
    public func suggestPolicy(
        at question: Question, horizonDays: Int? = nil
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let point = try resolve(question)
            let horizon =
                try horizonDays ?? point.fold.rules.policy.integer("churn.horizon_days", default: 90)
            let start = try resolve(
                effectiveAt: lastMoment(of: point.answer.effectiveDay.adding(days: -horizon)),
                position: point.answer.position, knownAt: point.answer.knownAt)
            let models = catalogue.closure(of: ["value"])
            let base = try lane.everybody(at: point.fold, catalogue: models, names: false)
            let earlier = try lane.everybody(at: start.fold, catalogue: models, names: false)
            let suggestion = try PolicySuggestion(
                base, earlier: earlier,
                outcomes: outcomes(of: earlier, until: point.fold, horizonDays: horizon),
                horizonDays: horizon)
            var answer = JSONObject(point.answer.members)
            answer["n"] = .number(Double(base.count))
            for member in suggestion.answer { answer[member.name] = member.value }
            return .object(answer)
        }
    }
}
