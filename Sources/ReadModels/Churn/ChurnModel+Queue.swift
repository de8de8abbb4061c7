import Events
public import Projection

extension ChurnModel {
    /// Who may not come back, while there is still somebody to keep: not those who are gone already.
    public static var queue: QueueDefinition? {
        QueueDefinition(
            "at-risk",
            meaning: "Customers who may not buy again: find out why, and give them a reason to stay.",
            entries: atRisk)
    }

    private static func atRisk(_ base: Base) throws -> [QueueEntry] {
        let policy = base.context.policy
        let bands = ["low", "medium", "high"]
        let least = bands.firstIndex(of: try policy.text("queues.at_risk.from")) ?? 0
        let isByValue = try policy.text("queues.at_risk.order") == "value_at_risk"
        let stages = base.measures(LifecycleModel.self)
        let tiers = ValueTiers(base)
        return base.customers.indices.compactMap { index -> QueueEntry? in
            let stage = stages[index].stage
            guard stage != .prospect, stage != .churned else { return nil }
            let row = row(index, of: base)
            guard let risk = row["risk"]?.numberValue, let band = row["band"]?.stringValue,
                let place = bands.firstIndex(of: band), place >= least
            else { return nil }
            let value = max(0, tiers.value(index))
            let valueAtRisk = Double(value) * risk
            return QueueEntry(
                index: index, order: isByValue ? [-valueAtRisk, -risk] : [-risk, -valueAtRisk],
                facts: JSONObject([
                    ("risk", Answer.number(risk)), ("band", .string(band)), ("stage", .string(stage.code)),
                    ("tier", .string(tiers.tier(index))),
                    ("value", Answer.money(value, base.context.currency)),
                ]),
                reasons: reasons(of: row, risk))
        }
    }

    /// The reasons of the row; where there is none, what the risk alone says.
    private static func reasons(of row: JSONValue, _ risk: Double) -> [JSONValue] {
        if let reasons = row["reasons"]?.arrayValue, !reasons.isEmpty { return reasons }
        let days = row["horizon_days"]?.integerValue ?? 0
        return [
            QueueEntry.reason(
                "risk", "of 100 such customers \(Int(risk * 100 + 0.5)) buy nothing in \(days) days",
                count: 0,
                events: [])
        ]
    }
}
