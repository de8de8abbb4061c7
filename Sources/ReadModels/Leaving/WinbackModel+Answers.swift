public import Events
public import Projection

extension WinbackModel {
    /// Which rule makes which member of a row.
    public static let rules = [
        FieldRule("offers", "How many offers were made to win the customer back.", source: "DOMAIN.md 18"),
        FieldRule(
            "last_outcome",
            """
            What became of the last offer: regained with a purchase that counts within 90 days, declined if the \
            customer said no, accepted if the customer said yes and may still buy, pending while the 90 days last, \
            not_regained after them.
            """,
            source: "DOMAIN.md 18", parameters: ["winback.window_days"]),
        FieldRule(
            "pending_until",
            "The last day on which a purchase would count for the last offer, while that is open.",
            source: "DOMAIN.md 18, as of", parameters: ["winback.window_days"]),
    ]

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let run = base.run(of: Self.self)
        let assessor = base.shared(WinbackAssessor.init)
        guard let offer = run.projector.offers[index].last else {
            return ["offers": 0, "last_outcome": nil, "pending_until": nil]
        }
        let outcome = assessor.outcome(of: offer, index)
        let isOpen = outcome == .pending || outcome == .accepted
        return [
            "offers": Answer.count(run.measures[index].offers),
            "last_outcome": .string(outcome.rawValue),
            "pending_until": isOpen ? .string(assessor.lastDay(of: offer).description) : nil,
        ]
    }

    /// Attempts and what they brought against what would have come by itself. Customers count once, by their last
    /// offer whose window has closed; those without one are pending.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let run = base.run(of: Self.self)
        let assessor = base.shared(WinbackAssessor.init)
        var sums = State()
        var (offered, closed, regained, compared) = (0, 0, 0, 0)
        var natural: Int128 = 0
        var second: (value: Int64, customers: Int) = (0, 0)
        for index in base.customers.indices where run.measures[index].offers > 0 {
            let state = run.measures[index]
            offered += 1
            sums.offers += state.offers
            sums.accepted += state.accepted
            sums.declined += state.declined
            sums.cost = added(sums.cost, state.cost)
            guard let offer = run.projector.offers[index].last(where: { assessor.isClosed($0) }) else {
                continue
            }
            closed += 1
            if let day = assessor.regainedOn(offer, index) {
                regained += 1
                if let value = SecondLife.value(of: run.projector.purchases[index], since: day, in: base) {
                    second = (added(second.value, value), second.customers + 1)
                }
            }
            if let rate = assessor.naturalReturn(index, on: offer.day) {
                compared += 1
                // Summed in units of 1e-15: the order of customers does not matter.
                natural += Int128(rate * 1e15 + 0.5)
            }
        }
        let rate = closed > 0 ? Double(regained) / Double(closed) : nil
        let baseline = compared > 0 ? Double(natural) / 1e15 / Double(compared) : nil
        let difference = rate.flatMap { rate in baseline.map { rate - $0 } }
        let lift = rate.flatMap { rate in baseline.flatMap { $0 > 0 ? rate / $0 : nil } }
        let cost = regained > 0 && sums.cost > 0 ? (sums.cost + Int64(regained) / 2) / Int64(regained) : nil
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "attempts": Answer.count(sums.offers), "customers": Answer.count(offered),
            "accepted": Answer.count(sums.accepted), "declined": Answer.count(sums.declined),
            "acceptance_rate": Answer.share(sums.accepted, of: sums.offers),
            "pending": Answer.count(offered - closed), "closed": Answer.count(closed),
            "regained": Answer.count(regained), "regain_rate": Answer.number(rate),
            "natural_return_rate": Answer.number(baseline), "compared": Answer.count(compared),
            "difference": Answer.number(difference), "lift": Answer.number(lift),
            "cost_per_regained": cost.map { Answer.money($0, base.context.currency) } ?? nil,
            "second_lifetime_value": second.customers > 0
                ? [
                    "total": Answer.money(second.value, base.context.currency),
                    "mean": Answer.money(second.value / Int64(second.customers), base.context.currency),
                    "n": Answer.count(second.customers),
                ] : nil,
        ]
    }

    /// Who is gone and might come back: not for reasons that nobody can be won back from, and not while an offer
    /// is open or was made lately.
    public static var queue: QueueDefinition? {
        QueueDefinition(
            "win-back",
            meaning: "Customers who are gone: make those an offer whose return is worth most.",
            entries: candidates)
    }

    private static func candidates(_ base: Base) throws -> [QueueEntry] {
        let assessor = base.shared(WinbackAssessor.init)
        let projector = base.run(of: Self.self).projector
        let reasons = base.run(of: ChurnReasonsModel.self).projector
        let lifecycle = base.measures(LifecycleModel.self)
        let values = ValueTiers(base)
        let tiers = base.population(ValueModel.self).value
        let today = base.context.clock.day
        return base.customers.indices.compactMap { index -> QueueEntry? in
            let stage = lifecycle[index]
            guard stage.stage == .churned, stage.state.purchaseDays > 0, !reasons.isInvoluntary(index) else {
                return nil
            }
            let offer = projector.offers[index].last
            if let offer, Int(today) - Int(offer.day) < projector.pauseDays { return nil }
            let value = max(0, values.value(index))
            let rate = assessor.naturalReturn(index, on: today)
            return QueueEntry(
                index: index, order: [-Double(value) * (rate ?? 0), -Double(value)],
                facts: JSONObject([
                    ("tier", .string(tiers.tier(value).rawValue)),
                    ("value", Answer.money(value, base.context.currency)),
                    ("last_purchase", Answer.day(stage.state.lastPurchase)),
                    ("natural_return_rate", Answer.number(rate)),
                    ("offers", Answer.count(projector.offers[index].count)),
                ]),
                reasons: why(index, of: base, stage, base.measures(ValueModel.self)[index], offer, assessor))
        }
    }

    private static func why(
        _ index: Int, of base: Base, _ stage: LifecycleModel.Measure, _ value: ValueModel.Measure,
        _ offer: Offer?, _ assessor: WinbackAssessor
    ) -> [JSONValue] {
        var reasons = ChurnReasonsModel.shown(index, of: base).map { reason in
            QueueEntry.reason(
                reason.code,
                (reason.isInferred ? "may have left after a complaint: " : "left because of: ")
                    + reason.code.split(separator: "_").joined(separator: " "),
                count: 1, events: [reason.position])
        }
        let days = base.context.clock.day - stage.state.lastPurchase
        let last = value.state.lastPurchase
        reasons.append(
            QueueEntry.reason(
                "gone", "\(days) days without a purchase, churned since \(LocalDay(number: stage.since))",
                count: Int(stage.state.purchaseDays), events: last > 0 ? [last - 1] : []))
        if let offer {
            let outcome = assessor.outcome(of: offer, index).rawValue.split(separator: "_")
            reasons.append(
                QueueEntry.reason(
                    "offered",
                    "an offer was made on \(LocalDay(number: offer.day)): \(outcome.joined(separator: " "))",
                    count: 1, events: [offer.position]))
        }
        return reasons
    }
}
