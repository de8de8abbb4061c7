public import Events
public import Projection
import Statistics

/// What a policy would say if it were taken from the customers themselves: DOMAIN.md sections 4.2 and 6.
public struct PolicySuggestion: Sendable {
    /// The lower bounds of the bands of idle time over the personal interval, in thousandths: those of section 6.
    private static let bands: [Int64] = [0, 500, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 8_000]
    /// A rate of fewer customers than this says nothing.
    private static let leastCustomers = 20

    private struct Band {
        var count = 0
        var returned = 0

        var rate: Double? { count > 0 ? Double(returned) / Double(count) : nil }
    }

    private let policy: PolicyDocument
    private let currency: Currency
    private let horizonDays: Int
    /// Mean intervals in days of the customers with at least two purchase days, ascending.
    private let intervals: [Double]
    /// Net revenue of the customers who have any, in major units, ascending.
    private let values: [Double]
    private let returns: [Band]

    /// What a base suggests, and an earlier one with what its customers did in the `horizonDays` days since. Both have
    /// the view `value`.
    public init(_ base: Base, earlier: Base, outcomes: [Outcome], horizonDays: Int) throws {
        precondition(
            outcomes.count == earlier.count, "\(outcomes.count) outcomes of \(earlier.count) customers")
        policy = base.context.policy
        currency = base.context.currency
        self.horizonDays = horizonDays
        let measures = base.measures(ValueModel.self)
        intervals = Self.intervals(measures)
        let unit = base.context.currency.minorUnitsPerUnit
        values = measures.map { Double($0.state.net) / unit }.filter { $0 > 0 }.sorted()
        returns = try Self.returns(earlier, outcomes)
    }

    private static func intervals(_ measures: [ValueModel.Measure]) -> [Double] {
        measures.filter { $0.state.purchaseDays >= 2 }.map {
            Double($0.state.lastDay - $0.state.firstDay) / Double($0.state.purchaseDays - 1)
        }.sorted()
    }

    /// Who came back, of the customers with at least two purchase days, by idle time over the personal interval. That
    /// is shrunk to the median of the earlier base: nothing later is used.
    private static func returns(_ base: Base, _ outcomes: [Outcome]) throws -> [Band] {
        let measures = base.measures(ValueModel.self)
        var returns = [Band](repeating: Band(), count: bands.count)
        guard let median = SampleQuantile.interpolated(0.5, ofSorted: intervals(measures)) else {
            return returns
        }
        let interval = Int64(max(1, median.rounded()))
        let weight = Int64(try base.context.policy.whole("lifecycle.k"))
        for (measure, outcome) in zip(measures, outcomes) where measure.state.purchaseDays >= 2 {
            let state = measure.state
            let days = weight * interval + Int64(state.lastDay - state.firstDay)
            let parts = weight + Int64(state.purchaseDays) - 1
            let gap = Int64(base.context.clock.day - state.lastDay)
            let band = bands.lastIndex { gap * parts * 1_000 >= $0 * days } ?? 0
            returns[band].count += 1
            if outcome.purchaseDays > 0 { returns[band].returned += 1 }
        }
        return returns
    }

    /// `{suggestions: [{parameter, current, suggested, reason}], figures: {…}}`.
    public var answer: JSONObject {
        JSONObject([("suggestions", .array(suggestions)), ("figures", figures)])
    }

    private var suggestions: [JSONValue] {
        var suggestions: [JSONValue] = []
        func suggest(_ parameter: String, _ value: Double?, _ reason: String) {
            let current = policy.parameters.value(at: parameter) ?? CorePolicy.parameter(parameter).standard
            suggestions.append(
                [
                    "parameter": .string(parameter), "current": current, "suggested": Answer.number(value),
                    "reason": .string(reason),
                ])
        }
        let median = SampleQuantile.interpolated(0.5, ofSorted: intervals)
        suggest(
            "lifecycle.mu0_days", median.map { max(1, $0.rounded()) },
            median.map {
                "the median of the mean intervals of \(intervals.count) customers who bought on two days or more is "
                    + "\($0.rounded12.text12) days"
            } ?? "nobody bought on two days: there is no interval to learn from")
        for (parameter, bound) in [("lifecycle.theta_dormant", 0.5), ("lifecycle.theta_churn", 0.25)] {
            let band = returns.indices.first { index in
                returns[index].count >= Self.leastCustomers && (returns[index].rate ?? 1) < bound
            }
            let percent = Int(bound * 100)
            guard let band, let rate = returns[band].rate else {
                suggest(
                    parameter, nil,
                    "in no band with \(Self.leastCustomers) customers did fewer than \(percent) % come back within "
                        + "\(horizonDays) days")
                continue
            }
            suggest(
                parameter, Double(Self.bands[band]) / 1_000,
                "the first band in which fewer than \(percent) % came back within \(horizonDays) days: "
                    + "\(returns[band].returned) of \(returns[band].count), "
                    + "\((rate * 1_000).rounded() / 10) %")
        }
        return suggestions
    }

    private var figures: JSONValue {
        func quantiles(_ values: [Double], _ parts: [Double]) -> JSONValue {
            .array(
                parts.map { part in
                    [
                        "share": Answer.number(part),
                        "value": Answer.number(SampleQuantile.interpolated(part, ofSorted: values)),
                    ]
                })
        }
        return [
            "mean_interval_days": [
                "n": Answer.count(intervals.count), "quantiles": quantiles(intervals, [0.25, 0.5, 0.75]),
            ],
            "return_rates": [
                "horizon_days": Answer.count(horizonDays),
                "bands": .array(
                    returns.enumerated().map { index, band in
                        [
                            "from": Answer.number(Double(Self.bands[index]) / 1_000),
                            "n": Answer.count(band.count), "returned": Answer.count(band.returned),
                            "rate": Answer.number(band.rate),
                        ]
                    }),
            ],
            "thresholds": .array(thresholds),
        ]
    }

    /// Levels that the best half, fifth and twentieth of the customers reach: their quantiles of net revenue, rounded
    /// to two digits, since levels are published.
    private var thresholds: [JSONValue] {
        [0.5, 0.8, 0.95].compactMap { part in
            guard let value = SampleQuantile.interpolated(part, ofSorted: values) else { return nil }
            let level = value.roundedToTwoDigits
            let reaching = values.count - values.partitionPoint { $0 < level }
            return [
                "quantile": Answer.number(part), "value": Answer.number(value),
                "rounded": Answer.number(level),
                "customers": Answer.count(reaching), "currency": .string(currency.code),
            ]
        }
    }
}

extension Double {
    /// The nearest number with two significant digits; for positive numbers.
    fileprivate var roundedToTwoDigits: Double {
        var scale = 1.0
        while self / scale >= 100 { scale *= 10 }
        while self / scale < 10, scale > 1e-9 { scale /= 10 }
        return ((self / scale).rounded() * scale).rounded12
    }
}
