import Events
import Projection
import Statistics

/// The fitted models that hold at a point: of each the last model.fitted that stands, was recorded by then and was
/// trained on nothing that happened later (DOMAIN.md 1.5 and 5.5).
struct FittedModels: Sendable {
    /// A model of buying with what is to be said of its fit.
    struct Buying: Sendable {
        let model: BuyingModel
        let logLikelihood: Double
        let count: Int
        /// Microseconds since 1970-01-01T00:00:00Z.
        let trainedAt: Int64

        /// The name in answers.
        var name: String { model.kind.rawValue }

        /// The model as the churn report names it.
        var answer: JSONValue {
            [
                "name": .string(name), "params": model.parameters, "loglik": Answer.number(logLikelihood),
                "n": Answer.count(count),
            ]
        }
    }

    /// What forecasts come from: BG/NBD, unless MBG/NBD fits better by more than the policy's lead (section 5.3).
    let buying: Buying?
    /// What P(alive) comes from: MBG/NBD, since BG/NBD gives 1 to all who bought once.
    let alive: Buying?
    /// What mean spend comes from.
    let spending: SpendingModel?
    /// Log odds by the policy's names of the adjustments; empty where none were fitted.
    let adjustments: [String: Double]

    /// The type of the events.
    static let eventType = "model.fitted"
    /// How Gamma-Gamma is called in events.
    static let spendingName = "gammagamma"
    /// How fitted adjustments of churn risk are called in events.
    static let adjustmentName = "churn_adjustments"

    /// The models that hold at a context's clock. Throws where a parameter of the policy cannot be used.
    init(_ context: FoldContext) throws {
        let lead = try context.policy.real("models.mbg_lead")
        let fits = Self.latest(context)
        let bgnbd = Self.buying(.bgnbd, fits[BuyingModel.Kind.bgnbd.rawValue])
        let mbgnbd = Self.buying(.mbgnbd, fits[BuyingModel.Kind.mbgnbd.rawValue])
        alive = mbgnbd
        if let bgnbd, let mbgnbd {
            // Likelihoods compare only where both were fitted to the same customers.
            let isSameSample = bgnbd.count == mbgnbd.count && bgnbd.trainedAt == mbgnbd.trainedAt
            let isBetter = mbgnbd.logLikelihood > bgnbd.logLikelihood + lead
            buying = isSameSample && isBetter ? mbgnbd : bgnbd
        } else {
            buying = bgnbd ?? mbgnbd
        }
        spending = fits[Self.spendingName].flatMap { Self.spending($0.data) }
        adjustments =
            fits[Self.adjustmentName]?.data["params"]?.objectValue?.reduce(into: [:]) {
                $0[$1.name] = $1.value.numberValue
            } ?? [:]
    }

    /// The event of each model that was trained last, of those trained at the same moment the one recorded last.
    private static func latest(_ context: FoldContext) -> [String: (data: JSONValue, trainedAt: Int64)] {
        var fits: [String: (data: JSONValue, trainedAt: Int64, position: UInt64)] = [:]
        for act in context.references {
            guard case .reference(eventType, let data) = act.content,
                let name = data["model"]?.stringValue,
                let trainedAt = trained(data, context), trainedAt <= context.clock.instant
            else { continue }
            if let kept = fits[name], (kept.trainedAt, kept.position) > (trainedAt, act.position) { continue }
            fits[name] = (data, trainedAt, act.position)
        }
        return fits.mapValues { ($0.data, $0.trainedAt) }
    }

    /// When the training data end: an instant, or the end of a local day.
    private static func trained(_ data: JSONValue, _ context: FoldContext) -> Int64? {
        guard let text = data["trained_as_of"]?.stringValue else { return nil }
        if text.utf8.count == 10 {
            return (try? LocalDay(parsing: text)).map { context.clock(atEndOf: $0).instant }
        }
        return (try? Instant(parsing: text))?.microseconds
    }

    private static func buying(
        _ kind: BuyingModel.Kind, _ fit: (data: JSONValue, trainedAt: Int64)?
    ) -> Buying? {
        guard let fit, fit.data["unit"] == "weeks",
            let values = parameters(["r", "alpha", "a", "b"], of: fit.data),
            let logLikelihood = fit.data["loglik"]?.numberValue, let count = fit.data["n"]?.integerValue
        else { return nil }
        let model = BuyingModel(kind, r: values[0], alpha: values[1], a: values[2], b: values[3])
        return Buying(model: model, logLikelihood: logLikelihood, count: count, trainedAt: fit.trainedAt)
    }

    private static func spending(_ data: JSONValue) -> SpendingModel? {
        parameters(["p", "q", "v"], of: data).map { SpendingModel(p: $0[0], q: $0[1], v: $0[2]) }
    }

    /// Positive numbers by name; nil where one is not there: an event that makes no sense is no model.
    private static func parameters(_ names: [String], of data: JSONValue) -> [Double]? {
        let values = names.compactMap { data["params"]?[$0]?.numberValue }
        return values.count == names.count && values.allSatisfy { $0 > 0 && $0.isFinite } ? values : nil
    }
}

extension BuyingModel {
    /// The parameters by name, as events and answers have them.
    var parameters: JSONValue {
        [
            "r": Answer.number(r), "alpha": Answer.number(alpha), "a": Answer.number(a),
            "b": Answer.number(b),
        ]
    }
}
