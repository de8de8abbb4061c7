public import Events
public import Projection
import Statistics

extension LifecycleModel {
    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        var stages = Array(repeating: 0, count: LifecycleStage.allCases.count)
        for measure in run.measures {
            stages[Int(measure.stage.rawValue)] += 1
        }
        return Population(stages: stages)
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let run = base.run(of: Self.self)
        let measure = run.measures[index]
        let rule = run.projector.rule
        let state = measure.state
        return [
            "stage": .string(measure.stage.code),
            "since": Answer.day(measure.since),
            "expected_interval_days": Answer.number(rule.expectedInterval(state)),
            "ended": .bool(state.isEnded != 0),
            "next": next(measure, rule),
        ]
    }

    private static func next(_ measure: Measure, _ rule: LifecycleRule) -> JSONValue {
        let state = measure.state
        let stage: LifecycleStage
        let bound: LifecycleRule.Bound
        switch measure.stage {
        case .prospect, .churned: return .null
        case .dormant: (stage, bound) = (.churned, rule.churned)
        case .firstTime, .repeat, .loyal, .wonBack: (stage, bound) = (.dormant, rule.dormant)
        }
        let span = Int64(state.lastPurchase) - Int64(state.firstPurchase)
        let gap = rule.leastGap(bound, count: state.purchaseDays, span: span)
        let churnGap = rule.leastGap(rule.churned, count: state.purchaseDays, span: span)
        // Under a policy whose churn floor lies below the dormant one, dormancy is skipped.
        let isSkipped = churnGap <= gap
        return [
            "stage": .string(isSkipped ? LifecycleStage.churned.code : stage.code),
            "on": Answer.day(Int32(clamping: Int64(state.lastPurchase) + min(gap, churnGap))),
        ]
    }

    /// What the business calls the stages: the last labels published for the dimension `stage`, else the policy's
    /// under `labels.stage`; stages that nobody named are left out.
    private static func labels(_ context: FoldContext) -> JSONValue {
        var labels = JSONObject()
        let published = context.references(of: "dimension.published").last { $0["dimension"] == "stage" }
        let sources = [published?["labels"], context.policy.parameters.value(at: "labels.stage")]
        for stage in LifecycleStage.allCases {
            let named = sources.lazy.compactMap { $0?[stage.code] }.first { $0 != .null }
            if let named { labels[stage.code] = named }
        }
        return .object(labels)
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let counts = base.population(Self.self).stages
        var stages = JSONObject()
        for stage in LifecycleStage.allCases {
            stages[stage.code] = Answer.count(counts[Int(stage.rawValue)])
        }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "stages": .object(stages),
            "labels": labels(base.context),
        ]
    }
}

extension LifecycleRule {
    /// The personal interval in days, or nil without a purchase.
    func expectedInterval(_ state: LifecycleModel.State) -> Double? {
        guard state.purchaseDays > 0 else { return nil }
        let (days, parts) = interval(
            count: state.purchaseDays, span: Int64(state.lastPurchase) - Int64(state.firstPurchase))
        return Double(days) / Double(parts)
    }
}

extension Base {
    /// Whether a population of `count` is too small for ranks and shares to mean much.
    func isSmall(_ count: Int) -> Bool {
        // The policy was read when the runs began: an unusable one has been refused there.
        count < (try? context.policy.whole("small_population")) ?? 50
    }
}
