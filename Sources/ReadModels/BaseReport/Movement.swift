import Events
import Projection

/// Who was lost between two dates, and from which stage and tier to which customers moved: DOMAIN.md section 25.
struct Movement {
    private let from: Base?
    private let to: Base

    init(from earlier: Base?, to base: Base) {
        from = earlier
        to = base
    }

    /// Where customers are who had no event by the first date.
    private static let absent = "absent"

    var members: [(String, JSONValue)] {
        guard let from else {
            return ["from", "to", "at_stake", "lost", "loss_rate", "flows"].map { ($0, .null) }
        }
        let before = from.measures(LifecycleModel.self).map(\.stage)
        let after = to.measures(LifecycleModel.self).map(\.stage)
        var (atStake, lost) = (0, 0)
        for (index, customer) in to.customers.enumerated() {
            guard let earlier = from.index(of: customer) else { continue }
            guard before[earlier] != .prospect, before[earlier] != .churned else { continue }
            atStake += 1
            if after[index] == .churned { lost += 1 }
        }
        let stages = flow(LifecycleStage.allCases.map(\.code), before.map(\.code), after.map(\.code), from)
        let tiers = flow(
            ValueCuts.Tier.allCases.map(\.rawValue), Self.tiers(from), Self.tiers(to), from)
        return [
            ("from", Answer.day(from.context.clock.day)), ("to", Answer.day(to.context.clock.day)),
            ("at_stake", Answer.count(atStake)), ("lost", Answer.count(lost)),
            ("loss_rate", Answer.share(lost, of: atStake)),
            ("flows", ["stage": .object(stages), "tier": .object(tiers)]),
        ]
    }

    private static func tiers(_ base: Base) -> [String] {
        let tiers = ValueTiers(base)
        return base.customers.indices.map(tiers.tier)
    }

    /// How many went from where to where: a member for each group that anybody was in.
    private func flow(_ groups: [String], _ before: [String], _ after: [String], _ from: Base) -> JSONObject {
        var counts: [String: [String: Int]] = [:]
        for (index, customer) in to.customers.enumerated() {
            let origin = from.index(of: customer).map { before[$0] } ?? Self.absent
            counts[origin, default: [:]][after[index], default: 0] += 1
        }
        var flow = JSONObject()
        for origin in groups + [Self.absent] {
            guard let reached = counts[origin] else { continue }
            var row = JSONObject()
            for group in groups { row[group] = Answer.count(reached[group] ?? 0) }
            flow[origin] = .object(row)
        }
        return flow
    }
}
