import Events
import Projection
import Statistics

/// How far ahead a customer's value is predicted, and what of it counts: the policy's `clv`.
struct LifetimeHorizon: Sendable {
    let weeks: Int
    let annualDiscount: Double
    let margin: Double

    init(_ policy: PolicyDocument) throws {
        weeks = try policy.whole("clv.horizon_weeks")
        annualDiscount = try policy.real("clv.annual_discount")
        margin = try policy.real("clv.margin")
    }
}

extension ValueModel.Measure {
    /// x, t_x and T in weeks at the end of a local day (DOMAIN.md 5.1); nil without a purchase that counts.
    func history(on day: Int32) -> BuyingHistory? {
        guard state.purchaseDays > 0, state.lastDay <= day else { return nil }
        return BuyingHistory(
            repeats: Int(state.purchaseDays) - 1, lastDays: Int(state.lastDay) - Int(state.firstDay),
            ageDays: Int(day) - Int(state.firstDay))
    }

    /// The mean amount of the repeat purchases in major units of money; 0 without one.
    func meanRepeatAmount(_ currency: Currency) -> Double {
        guard state.purchaseDays > 1 else { return 0 }
        return Double(repeatNet) / Double(state.purchaseDays - 1) / currency.minorUnitsPerUnit
    }

    /// What the customer spent on repeat purchases; nil where there is nothing for the model of spending.
    func spending(_ currency: Currency) -> Spending? {
        Spending(repeats: Int(state.purchaseDays) - 1, meanAmount: meanRepeatAmount(currency))
    }
}

extension Currency {
    /// 100 for a currency with two decimal places.
    var minorUnitsPerUnit: Double { (0..<digits).reduce(1.0) { product, _ in product * 10 } }

    /// An amount in minor units, rounded half up; nil where 64 bits do not hold it.
    func minorUnits(rounding amount: Double) -> Int64? {
        let minor = (amount * minorUnitsPerUnit).rounded()
        return minor.magnitude < 9e18 ? Int64(minor) : nil
    }
}

/// What a customer has brought in and is predicted to, in minor units of the reporting currency: DOMAIN.md 5.5.
struct LifetimePrediction: Sendable {
    let expectedPurchases: Double
    let meanSpend: Int64
    let historic: Int64
    let predicted: Int64
    /// Historic and predicted.
    var total: Int64 { added(historic, predicted) }
}

extension ValueModel {
    /// A customer's lifetime value at the end of a local day; nil without models, and without a purchase.
    func prediction(for measure: Measure, on day: Int32, _ currency: Currency) -> LifetimePrediction? {
        measure.history(on: day).flatMap { history in
            prediction(
                history, meanRepeat: measure.meanRepeatAmount(currency), net: measure.state.net, currency)
        }
    }

    /// The lifetime value of a history; nil without models.
    ///
    /// - Parameters:
    ///   - meanRepeat: the mean amount of its repeat purchases, in major units.
    ///   - net: what it brought in, in minor units.
    func prediction(
        _ history: BuyingHistory, meanRepeat: Double, net: Int64, _ currency: Currency
    ) -> LifetimePrediction? {
        guard let buying = models.buying, let spending = models.spending,
            let meanSpend = spending.expectedAmount(repeats: history.repeats, meanAmount: meanRepeat)
        else { return nil }
        let value = LifetimeValue(
            buying.model, history, meanSpend: meanSpend, horizonWeeks: horizon.weeks,
            annualDiscount: horizon.annualDiscount, margin: horizon.margin)
        let net = Double(net) / currency.minorUnitsPerUnit
        guard let historic = currency.minorUnits(rounding: net * horizon.margin),
            let predicted = currency.minorUnits(rounding: value.value),
            let mean = currency.minorUnits(rounding: meanSpend)
        else { return nil }
        return LifetimePrediction(
            expectedPurchases: value.expectedPurchases, meanSpend: mean, historic: historic,
            predicted: predicted)
    }

    /// The member `clv` of a row: DOMAIN.md sections 5.5 and 26. Null without models, and without a purchase.
    static func lifetimeValue(_ measure: Measure, of base: Base) -> JSONValue {
        let projector = base.run(of: Self.self).projector
        let currency = base.context.currency
        guard let buying = projector.models.buying,
            let value = projector.prediction(for: measure, on: base.context.clock.day, currency)
        else { return nil }
        return [
            "horizon_weeks": Answer.count(projector.horizon.weeks),
            "expected_purchases": Answer.number(value.expectedPurchases),
            "mean_spend": Answer.money(value.meanSpend, currency),
            "historic": Answer.money(value.historic, currency),
            "predicted": Answer.money(value.predicted, currency),
            "total": Answer.money(value.total, currency),
            "model": .string(buying.name),
        ]
    }
}
