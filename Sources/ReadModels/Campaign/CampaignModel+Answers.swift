public import Events
public import Projection
import Statistics

extension CampaignModel {
    /// Which rule makes which member of a row: its elements have no names of their own, so one rule says them all.
    public static let rules = [
        FieldRule(
            "",
            "The campaigns that the customer was chosen for: as one who is addressed (treated), or as one of those "
                + "with whom the addressed are compared (control); the last choice counts.",
            source: "DOMAIN.md 24", parameters: ["campaign.window_days"])
    ]

    /// One customer's row: an array of the campaigns, the earliest first.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let projector = base.run(of: Self.self).projector
        return .array(
            projector.parts[index].compactMap { part in
                guard let name = base.context.text(of: part.code) else { return nil }
                return [
                    "campaign": .string(name), "arm": part.isControl ? "control" : "treated",
                    "on": Answer.day(part.day), "purchases": Answer.count(part.after.purchases),
                ]
            })
    }

    /// The effect of every campaign that was started. While the stretch after the start is not over the outcome is
    /// pending.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let projector = base.run(of: Self.self).projector
        let confidence = try base.context.policy.real("satisfaction.confidence")
        var parts = [[Part]](repeating: [], count: projector.campaigns.count)
        for part in projector.parts.elements where part.campaign >= 0 {
            parts[Int(part.campaign)].append(part)
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "campaigns": .array(
                zip(projector.campaigns, parts).map { campaign, parts in
                    json(
                        campaign, CampaignEffect(parts, draws: projector.draws), base.context, confidence)
                }),
        ]
    }

    private static func json(
        _ campaign: Campaign, _ effect: CampaignEffect, _ context: FoldContext, _ confidence: Double
    ) -> JSONValue {
        let isClosed = campaign.isClosed(context)
        let intervals = isClosed ? effect.intervals(confidence: confidence) : [:]
        var metrics = JSONObject()
        for metric in CampaignEffect.Metric.allCases {
            let interval = intervals[metric]
            func shown(_ value: Double?) -> JSONValue { self.shown(value, metric, context.currency) }
            func levels(control: Bool) -> JSONValue {
                let levels = effect.levels(metric, control: control)
                return ["before": shown(levels.before), "after": shown(isClosed ? levels.after : nil)]
            }
            metrics[metric.rawValue] = [
                "treated": levels(control: false),
                "control": effect.isControlled ? levels(control: true) : .null,
                "effect": shown(isClosed ? effect.effect(metric) : nil),
                "low": shown(interval?.low), "high": shown(interval?.high),
            ]
        }
        return [
            "campaign": .string(campaign.name), "goal": campaign.started["goal"] ?? .null,
            "from": .string(campaign.from.description), "to": .string(campaign.end.previous.description),
            "window_days": Answer.count(campaign.days),
            "outcome": isClosed ? "final" : "pending",
            "design": effect.isControlled ? "control" : "no control",
            "treated": Answer.count(effect.count(control: false)),
            "control": Answer.count(effect.count(control: true)),
            "metrics": .object(metrics),
            "target": campaign.started["target"] ?? .null, "ended": campaign.ended,
        ]
    }

    private static func shown(
        _ value: Double?, _ metric: CampaignEffect.Metric, _ currency: Currency
    ) -> JSONValue {
        guard metric == .netSpend else { return Answer.number(value) }
        guard let value, abs(value) < 9e18 else { return .null }
        return Answer.money(Int64(value.rounded()), currency)
    }
}
