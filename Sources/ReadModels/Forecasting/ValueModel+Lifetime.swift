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

extension ValueModel {
    /// The member `clv` of a row: DOMAIN.md sections 5.5 and 26. Null without models, and without a purchase.
    static func lifetimeValue(_ measure: Measure, of base: Base) -> JSONValue {
        let projector = base.run(of: Self.self).projector
        let currency = base.context.currency
        guard let buying = projector.models.buying, let spending = projector.models.spending,
            let history = measure.history(on: base.context.clock.day),
            let meanSpend = spending.expectedAmount(
                repeats: history.repeats, meanAmount: measure.meanRepeatAmount(currency))
        else { return nil }
        let horizon = projector.horizon
        let value = LifetimeValue(
            buying.model, history, meanSpend: meanSpend, horizonWeeks: horizon.weeks,
            annualDiscount: horizon.annualDiscount, margin: horizon.margin)
        let net = Double(measure.state.net) / currency.minorUnitsPerUnit
        guard let historic = currency.minorUnits(rounding: net * horizon.margin),
            let predicted = currency.minorUnits(rounding: value.value),
            let mean = currency.minorUnits(rounding: meanSpend)
        else { return nil }
        return [
            "horizon_weeks": Answer.count(horizon.weeks),
            "expected_purchases": Answer.number(value.expectedPurchases),
            "mean_spend": Answer.money(mean, currency),
            "historic": Answer.money(historic, currency),
            "predicted": Answer.money(predicted, currency),
            "total": Answer.money(added(historic, predicted), currency),
            "model": .string(buying.name),
        ]
    }
}
