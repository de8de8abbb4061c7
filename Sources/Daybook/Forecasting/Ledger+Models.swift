import EventLog
public import Events
import Foundation
import Projection
import ReadModels
import Views

/// Which models are fitted.
public enum ModelFamily: String, Sendable, CaseIterable {
    /// BG/NBD, MBG/NBD and Gamma-Gamma: customer lifetime value and the base of churn risk.
    case value
    /// The adjustments of churn risk for complaints and answers.
    case churn
}

/// What a fit gave.
public struct ModelReport: Sendable {
    /// The models: DOMAIN.md section 26.
    public let answer: JSONValue
    /// What a person should know of them, each a sentence.
    public let warnings: [String]
    /// Where the events stand that record them, with the names of the models.
    public let recorded: [(model: String, position: UInt64)]
}

extension Ledger {
    /// Fits models to what counts at a point, and records each as a model.fitted event that holds from there on.
    ///
    /// - Throws: `failed` with every rule that is not met, where the ledger has too little to learn from.
    public func fitModels(
        _ family: ModelFamily, at question: Question, by actor: String
    ) async throws(LedgerError) -> ModelReport {
        try asking {
            let point = try resolve(question)
            let records: [(name: String, data: JSONObject)]
            let answer: JSONValue
            var warnings: [String] = []
            do {
                switch family {
                case .value:
                    let fits = try sample(at: point.fold).fit()
                    (records, answer, warnings) = (fits.records, fits.answer, fits.warnings)
                case .churn:
                    let fit = try adjustments(at: point)
                    (records, answer) = ([fit.record], fit.answer)
                }
            } catch let error as TrainingError {
                throw LedgerError(
                    .failed,
                    "no model was fitted as of \(point.answer.effectiveAt), position \(point.answer.position)\n"
                        + error.description)
            }
            let result = try log.appendOwn(records.map { IncomingEvent(event($0.data, point.answer, actor)) })
            follower.follow()
            let positions = try Self.report(result).outcomes.map(\.position)
            return ModelReport(
                answer: answer, warnings: warnings, recorded: Array(zip(records.map(\.name), positions)))
        }
    }

    /// The models that stand at a point, the earliest trained first: `[{model, params, loglik, n, unit,
    /// trained_as_of, trained_known, position}]`.
    public func models(at question: Question) async throws(LedgerError) -> [JSONValue] {
        try asking {
            try resolve(question).fold.rules.references.compactMap { act in
                guard case .reference("model.fitted", let data) = act.content,
                    var model = data.objectValue
                else { return nil }
                model["position"] = .number(Double(act.position))
                return .object(model)
            }
        }
    }

    /// The event that records a fit. It happened when its training data end: nothing later went into it.
    private func event(_ data: JSONObject, _ point: AnswerPoint, _ actor: String) -> JSONValue {
        var data = data
        data["trained_as_of"] = .string(point.effectiveAt.description)
        data["trained_known"] = .string("@\(point.position)")
        return [
            "specversion": "1.0", "id": .string(UUID().uuidString.lowercased()), "source": "daybook:",
            "type": "model.fitted", "time": .string(point.effectiveAt.description), "authtype": "user",
            "authid": .string(actor), "data": .object(data),
        ]
    }

    /// What the models of value are fitted to at a point.
    func sample(at point: FoldPoint) throws -> TrainingSample {
        TrainingSample(
            try lane.everybody(at: point, catalogue: catalogue.closure(of: ["value"]), names: false))
    }

    /// The adjustments that would have told best who did not come back in the horizon before the point.
    private func adjustments(at point: ResolvedPoint) throws -> AdjustmentFit {
        let horizon = try point.fold.rules.policy.integer("churn.horizon_days", default: 90)
        let start = try resolve(
            effectiveAt: lastMoment(of: point.answer.effectiveDay.adding(days: -horizon)),
            position: point.answer.position, knownAt: point.answer.knownAt)
        let base = try foldWithFits(at: start.fold, horizonDays: horizon)
        return try AdjustmentFit(
            base, outcomes: outcomes(of: base, until: point.fold, horizonDays: horizon))
    }

    /// The base at a point with the models of value fitted to that very base; without any where there is too little
    /// to fit them to.
    func foldWithFits(at point: FoldPoint, horizonDays: Int) throws -> Base {
        let fits: ValueFits?
        do { fits = try sample(at: point).fit() } catch is TrainingError { fits = nil }
        var point = point
        point.rules = point.rules.replacing(
            policy: point.rules.policy.withChurnHorizon(days: horizonDays),
            references: ValueFits.references(
                point.rules.references, withFits: fits, at: point.clock, position: point.factsKnown))
        return try lane.everybody(at: point, catalogue: catalogue.closure(of: ["churn"]), names: false)
    }

    /// What the customers of a base did in the `horizonDays` days up to a later point.
    func outcomes(of base: Base, until point: FoldPoint, horizonDays: Int) throws -> [Outcome] {
        var point = point
        point.rules = point.rules.replacing(
            policy: point.rules.policy.counting(days: horizonDays), references: point.rules.references)
        let later = try lane.everybody(
            at: point, catalogue: catalogue.closure(of: ["value"]), names: false)
        return Outcome.outcomes(of: base, in: later)
    }
}
