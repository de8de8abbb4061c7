import Numerics

/// What a customer is expected to bring in the weeks ahead: DOMAIN.md section 5.5.
public struct LifetimeValue: Sendable, Equatable {
    /// The purchases expected within the horizon, without discount.
    public let expectedPurchases: Double
    /// The mean amount of a purchase.
    public let meanSpend: Double
    /// Margin times spend times the purchases of each week, discounted to today.
    public let value: Double

    /// The value of a customer.
    ///
    /// - Parameters:
    ///   - history: in weeks.
    ///   - meanSpend: in units of money.
    ///   - horizonWeeks: at least 1.
    ///   - annualDiscount: 0.15 for 15 % a year; weekly (1 + annual)^(1/52) − 1.
    ///   - margin: the share of revenue that counts.
    public init(
        _ model: BuyingModel, _ history: BuyingHistory, meanSpend: Double, horizonWeeks: Int,
        annualDiscount: Double, margin: Double = 1
    ) {
        let weekly = Double.expMinusOne(Double.log(onePlus: annualDiscount) / 52)
        let purchases = BuyingForecast(model, history).discountedPurchases(
            periods: horizonWeeks, length: 1, rate: weekly)
        expectedPurchases = purchases.total
        self.meanSpend = meanSpend
        value = margin * meanSpend * purchases.discounted
    }
}
