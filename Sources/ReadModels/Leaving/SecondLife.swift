import Events
import Projection
import Statistics

/// What customers bought since they were first made an offer, and what those who came back are worth since then: the
/// second lifetime value of Stauss and Friege (1999), DOMAIN.md section 18.
struct SecondLife: Sendable {
    /// A purchase that counts.
    struct Purchase: BitwiseCopyable, Sendable {
        let day: Int32
        /// In minor units of the reporting currency.
        let net: Int64
    }

    /// The lifetime value counted from the day on which a customer came back: what was bought from then on, and what
    /// the models expect of somebody whose first purchase was on that day. In minor units; nil without models.
    static func value(
        of purchases: some Sequence<Purchase>, since day: Int32, in base: Base
    ) -> Int64? {
        var days = PurchaseDays()
        var (net, repeatNet) = (Int64(0), Int64(0))
        for purchase in purchases where purchase.day >= day {
            days.add(purchase.day)
            net = added(net, purchase.net)
            if purchase.day != day { repeatNet = added(repeatNet, purchase.net) }
        }
        guard days.count > 0 else { return nil }
        let currency = base.context.currency
        let history = BuyingHistory(
            repeats: Int(days.count) - 1, lastDays: Int(days.last) - Int(days.first),
            ageDays: Int(base.context.clock.day) - Int(days.first))
        let repeats = days.count - 1
        let mean = repeats > 0 ? Double(repeatNet) / Double(repeats) / currency.minorUnitsPerUnit : 0
        return base.run(of: ValueModel.self).projector
            .prediction(history, meanRepeat: mean, net: net, currency)?.total
    }
}
