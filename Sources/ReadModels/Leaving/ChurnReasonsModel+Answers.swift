public import Events
public import Projection

extension ChurnReasonsModel {
    /// Nothing is needed of others.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// Which rule makes which member of a row: its elements have no names of their own, so one rule says them all.
    public static let rules = [
        FieldRule(
            "",
            """
            The reasons that the customer gave, the first one after the last purchase being the primary one. Where a \
            churned customer gave none since then, the category of the last complaint opened within 90 days before \
            the churn stands for it, marked as inferred.
            """,
            source: "DOMAIN.md 17; Keaveney 1995", parameters: ["churn_reasons.complaint_days"])
    ]

    /// A reason as answers show it.
    struct Shown {
        let code: String
        let isPrimary: Bool
        let isInferred: Bool
        let position: UInt64
    }

    /// The reasons of a customer, in the order in which they were given.
    static func shown(_ index: Int, of base: Base) -> [Shown] {
        let run = base.run(of: Self.self)
        let given = run.projector.reasons[index]
        // What was said before the customer came back says nothing of why they left again.
        let purchases = run.measures[index].purchases
        let primary = given.firstIndex { $0.purchasesBefore == purchases }
        let said = given.indices.compactMap { place in
            base.context.text(of: given[place].code).map {
                Shown(
                    code: $0, isPrimary: place == primary, isInferred: false, position: given[place].position)
            }
        }
        return primary == nil ? said + (inferred(index, of: base).map { [$0] } ?? []) : said
    }

    private static func inferred(_ index: Int, of base: Base) -> Shown? {
        let lifecycle = base.measures(LifecycleModel.self)[index]
        guard lifecycle.stage == .churned else { return nil }
        let projector = base.run(of: Self.self).projector
        let from = Int(lifecycle.since) - projector.complaintDays
        let complaint = projector.complaints[index].last {
            $0.day <= lifecycle.since && Int($0.day) >= from
        }
        guard let complaint, let code = base.context.text(of: complaint.code) else { return nil }
        return Shown(code: code, isPrimary: true, isInferred: true, position: complaint.position)
    }

    /// One customer's row: an array, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        .array(
            shown(index, of: base).map { reason in
                [
                    "code": .string(reason.code), "primary": .bool(reason.isPrimary),
                    "inferred": .bool(reason.isInferred),
                ]
            })
    }

    /// What was lost for one reason.
    private struct Loss {
        var customers = 0
        var inferred = 0
        var value: Int64 = 0
        var tiers: [ValueCuts.Tier: Int] = [:]
    }

    /// Churned customers by primary reason: how many, of which tiers, and what they used to bring in.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let stages = base.measures(LifecycleModel.self)
        let values = ValueTiers(base)
        let cuts = base.population(ValueModel.self).value
        var losses: [String: Loss] = [:]
        var churned = 0
        for index in base.customers.indices where stages[index].stage == .churned {
            churned += 1
            let reason = shown(index, of: base).first { $0.isPrimary }
            let value = values.value(index)
            var loss = losses[reason?.code ?? unknown] ?? Loss()
            loss.customers += 1
            if reason?.isInferred == true { loss.inferred += 1 }
            loss.value = added(loss.value, max(0, value))
            loss.tiers[cuts.tier(value), default: 0] += 1
            losses[reason?.code ?? unknown] = loss
        }
        var reasons = JSONObject()
        let sorted = losses.sorted { left, right in
            left.value.value != right.value.value
                ? left.value.value > right.value.value : left.key < right.key
        }
        for (code, loss) in sorted {
            var tiers = JSONObject()
            for tier in ValueCuts.Tier.allCases { tiers[tier.rawValue] = Answer.count(loss.tiers[tier] ?? 0) }
            reasons[code] = [
                "customers": Answer.count(loss.customers), "inferred": Answer.count(loss.inferred),
                "share": Answer.share(loss.customers, of: churned),
                "value_lost": Answer.money(loss.value, base.context.currency), "tiers": .object(tiers),
            ]
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "churned": Answer.count(churned), "reasons": .object(reasons),
        ]
    }

    /// The reason of those who gave none.
    private static let unknown = "unknown"
}

extension ChurnReasonsModel {
    /// What the report wants to be seen of it.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Churned customers by reason", path: "reasons", value: "customers"),
            ChartSpec(.bars, "What they used to bring in", path: "reasons", value: "value_lost"),
        ]
    }
}
