public import Events
public import Projection

extension NextModel {
    /// How many customers are expected when, and how many have something that could be suggested to them. Churned
    /// customers are expected no more.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let lifecycle = base.run(of: LifecycleModel.self)
        let today = base.context.clock.day
        var (overdue, week, month, later, consenting) = (0, 0, 0, 0, 0)
        for index in base.customers.indices {
            if base.run(of: Self.self).measures[index].consent != 0 { consenting += 1 }
            guard lifecycle.measures[index].stage != .churned,
                let expected = lifecycle.projector.rule.expectedOn(lifecycle.measures[index].state)
            else { continue }
            switch Int(expected) - Int(today) {
            case ..<0: overdue += 1
            case ...7: week += 1
            case ...30: month += 1
            default: later += 1
            }
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "expected": [
                "overdue": Answer.count(overdue), "within_7_days": Answer.count(week),
                "within_30_days": Answer.count(month), "later": Answer.count(later),
            ],
            "with_consent": Answer.count(consenting),
        ]
    }
}

extension LifecycleRule {
    /// The day after the last purchase day by the personal interval, rounded up; nil without a purchase.
    func expectedOn(_ state: LifecycleModel.State) -> Int32? {
        guard state.purchaseDays > 0 else { return nil }
        let (days, parts) = interval(
            count: state.purchaseDays, span: Int64(state.lastPurchase) - Int64(state.firstPurchase))
        return Int32(clamping: Int64(state.lastPurchase) + (days + parts - 1) / parts)
    }
}
