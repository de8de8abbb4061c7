public import Events
public import Projection
import Statistics

/// Why no model is fitted.
public struct TrainingError: Error, Sendable, CustomStringConvertible {
    /// The rules that are not met, each as a sentence.
    public let reasons: [String]

    /// The reasons, one a line.
    public var description: String { reasons.joined(separator: "\n") }
}

/// What the models of value are fitted to: x, t_x, T and mean spend of everybody with a purchase that counts, at one
/// point (DOMAIN.md 5.1).
public struct TrainingSample: Sendable {
    private let buying: BuyingSample
    private let spending: [Spending]
    private let policy: PolicyDocument
    /// Days from the first purchase of all to the point.
    private let historyDays: Int
    /// Days from the last purchase of all to the point.
    private let idleDays: Int
    /// The most orders that one customer has.
    private let mostOrders: Int

    /// The sample of a base that has the view `value`.
    public init(_ base: Base) {
        let day = base.context.clock.day
        let buyers = base.measures(ValueModel.self).filter { $0.state.purchaseDays > 0 }
        buying = BuyingSample(buyers.compactMap { $0.history(on: day) })
        spending = buyers.compactMap { $0.spending(base.context.currency) }
        policy = base.context.policy
        historyDays = buyers.map { Int(day) - Int($0.state.firstDay) }.max() ?? 0
        idleDays = buyers.map { Int(day) - Int($0.state.lastDay) }.min() ?? Int.max
        mostOrders = buyers.map { Int($0.state.purchases) }.max() ?? 0
    }

    /// How many customers there are.
    public var count: Int { buying.count }

    /// The gating rules of section 5.5 that are not met, each as a sentence that says what was found.
    public func unmetRules() throws -> [String] {
        let customers = try policy.whole("models.min_customers")
        let days = try policy.whole("models.min_history_days")
        let recent = try policy.whole("models.recent_order_days")
        let orders = try policy.whole("models.min_orders")
        var reasons: [String] = []
        if count < customers {
            reasons.append("customers with an order: \(count), at least \(customers) are needed")
        }
        if count > 0, historyDays < days {
            reasons.append("days of history: \(historyDays), at least \(days) are needed")
        }
        if count > 0, idleDays >= recent {
            reasons.append(
                "the last order was \(idleDays) days ago, one in the last \(recent) days is needed")
        }
        if mostOrders < orders {
            reasons.append("the most orders of one customer: \(mostOrders), at least \(orders) are needed")
        }
        return reasons
    }

    /// Fits BG/NBD, MBG/NBD and Gamma-Gamma.
    ///
    /// - Throws: `TrainingError` where a gating rule is not met, or no model of buying has an optimum.
    public func fit() throws -> ValueFits {
        let reasons = try unmetRules()
        guard reasons.isEmpty else { throw TrainingError(reasons: reasons) }
        let fits = ValueFits(
            bgnbd: BuyingFit(.bgnbd, buying), mbgnbd: BuyingFit(.mbgnbd, buying),
            gammagamma: SpendingFit(spending), excludedSpenders: buying.repeatCustomers - spending.count,
            maximumCorrelation: try policy.real("models.max_correlation"))
        guard fits.bgnbd != nil || fits.mbgnbd != nil else {
            throw TrainingError(reasons: [
                "neither BG/NBD nor MBG/NBD has a likelihood with a maximum for these \(count) customers"
            ])
        }
        return fits
    }
}

/// The models of value as they were fitted.
public struct ValueFits: Sendable {
    let bgnbd: BuyingFit?
    let mbgnbd: BuyingFit?
    let gammagamma: SpendingFit?
    let excludedSpenders: Int
    let maximumCorrelation: Double

    /// `{bgnbd, mbgnbd, gammagamma, unit}` as in DOMAIN.md section 26; null where a likelihood has no maximum.
    public var answer: JSONValue {
        func member(_ name: String) -> JSONValue {
            guard let data = records.first(where: { $0.name == name })?.data else { return .null }
            return ["params": data["params"] ?? nil, "loglik": data["loglik"] ?? nil, "n": data["n"] ?? nil]
        }
        return [
            "bgnbd": member("bgnbd"), "mbgnbd": member("mbgnbd"),
            "gammagamma": member(FittedModels.spendingName), "unit": "weeks",
        ]
    }

    /// The data of the events that record the fits, without the point of the training.
    public var records: [(name: String, data: JSONObject)] {
        var records: [(String, JSONObject)] = []
        for fit in [bgnbd, mbgnbd].compactMap({ $0 }) {
            records.append(
                TrainingRecord.record(
                    fit.model.kind.rawValue, fit.model.parameters, fit.logLikelihood, fit.count, "weeks"))
        }
        if let fit = gammagamma {
            let parameters: JSONValue = [
                "p": Answer.number(fit.model.p), "q": Answer.number(fit.model.q),
                "v": Answer.number(fit.model.v),
            ]
            records.append(
                TrainingRecord.record(
                    FittedModels.spendingName, parameters, fit.logLikelihood, fit.count, "none"))
        }
        return records
    }

    /// What a person should know of the fits: each a sentence.
    public var warnings: [String] {
        var warnings: [String] = []
        for (name, fit) in [("BG/NBD", bgnbd), ("MBG/NBD", mbgnbd)] where fit == nil {
            warnings.append("\(name) has no maximum of the likelihood for these customers")
        }
        for (name, fit) in [("BG/NBD", bgnbd), ("MBG/NBD", mbgnbd)] where fit?.isHeld == true {
            warnings.append(
                "the likelihood of \(name) rises without end: its parameters mean little by themselves")
        }
        guard let fit = gammagamma else {
            return warnings + ["Gamma-Gamma has no maximum for these customers: no value is predicted"]
        }
        if excludedSpenders > 0 {
            warnings.append(
                "customers left out of Gamma-Gamma, whose repeat purchases have no amount: \(excludedSpenders)"
            )
        }
        if fit.model.populationMean == nil {
            warnings.append(
                "Gamma-Gamma has no mean, q is at most 1: customers who bought once have no value")
        }
        if let correlation = fit.correlation, abs(correlation) > maximumCorrelation {
            warnings.append(
                "frequency and spend correlate by \(correlation.rounded12.text12), "
                    + "which Gamma-Gamma takes for independent: values are biased")
        }
        return warnings
    }
}

/// The data of a model.fitted event, without the point of the training.
enum TrainingRecord {
    static func record(
        _ name: String, _ parameters: JSONValue, _ logLikelihood: Double, _ count: Int, _ unit: String
    ) -> (String, JSONObject) {
        (
            name,
            JSONObject([
                ("model", .string(name)), ("params", parameters), ("loglik", Answer.number(logLikelihood)),
                ("n", Answer.count(count)), ("unit", .string(unit)),
            ])
        )
    }
}

extension ValueFits {
    /// Reference data in which these fits, trained at `clock`, stand for all models of value that were recorded; none
    /// of them where nothing could be fitted.
    public static func references(
        _ references: [Act], withFits fits: ValueFits?, at clock: Clock, position: UInt64
    ) -> [Act] {
        let names = BuyingModel.Kind.allCases.map(\.rawValue) + [FittedModels.spendingName]
        let others = references.filter { act in
            guard case .reference(FittedModels.eventType, let data) = act.content else { return true }
            return !names.contains(data["model"]?.stringValue ?? "")
        }
        return others
            + (fits?.records ?? []).map { record in
                var data = record.data
                data["trained_as_of"] = .string(Instant(microseconds: clock.instant).description)
                return Act(
                    position: position, time: clock.instant,
                    content: .reference(type: FittedModels.eventType, data: .object(data)))
            }
    }
}
