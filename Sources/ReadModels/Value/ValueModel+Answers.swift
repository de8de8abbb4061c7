public import Events
public import Projection
import Statistics

extension ValueModel {
    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        var lastDays: [Int32: Int] = [:]
        var frequencies: [Int32: Int] = [:]
        var money: [Int64] = []
        var positive: [Int64] = []
        money.reserveCapacity(run.measures.count)
        positive.reserveCapacity(run.measures.count)
        let basis = basis(of: run)
        for measure in run.measures {
            let value = measure.ranked(by: basis)
            if value > 0 { positive.append(value) }
            guard measure.state.purchaseDays > 0 else { continue }
            lastDays[measure.state.lastDay, default: 0] += 1
            frequencies[measure.windowDays, default: 0] += 1
            money.append(measure.windowNet)
        }
        money.sort()
        positive.sort()
        return Population(
            buyers: money.count,
            recency: cuts(lastDays, total: money.count),
            frequency: cuts(frequencies, total: money.count),
            money: RankCuts(ascending: money),
            value: ValueCuts(positive: positive, shares: run.projector.shares),
            basis: basis)
    }

    /// What the policy ranks by, where it is known of everybody; else net revenue.
    private static func basis(of run: ProjectorRun<Self>) -> ValueBasis {
        let isKnown =
            switch run.projector.wanted {
            case .netRevenue: true
            case .margin: run.measures.allSatisfy { $0.tierMargin.amount != nil }
            case .lifetimeValue:
                run.measures.allSatisfy { $0.state.purchaseDays == 0 || $0.lifetime.amount != nil }
            }
        return isKnown ? run.projector.wanted : .netRevenue
    }

    private static func cuts(_ counts: [Int32: Int], total: Int) -> RankCuts {
        RankCuts(
            counted: counts.sorted { $0.key < $1.key }.lazy.map { (value: Int64($0.key), count: $0.value) },
            total: total)
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let measure = base.run(of: Self.self).measures[index]
        let population = base.population(Self.self)
        let state = measure.state
        let currency = base.context.currency
        let hasPurchase = state.purchaseDays > 0
        let value = measure.ranked(by: population.basis)
        return [
            "tier": .string(population.value.tier(value).rawValue),
            "level": level(measure, base.run(of: Self.self).projector.levels),
            "grade": population.value.grade(value).map { .string($0) } ?? nil,
            "stars": value > 0 ? Answer.count(population.value.stars.score(value)) : nil,
            "gross_revenue": Answer.money(state.gross, currency),
            "refunded": Answer.money(state.refunded, currency),
            "net_revenue": Answer.money(state.net, currency),
            "unmatched_returns": Answer.count(state.unmatchedReturns),
            "unconverted": Answer.count(state.unconverted),
            "margin": measure.margin.amount.map { Answer.money($0, currency) } ?? nil,
            "purchases": Answer.count(state.purchases),
            "purchase_days": Answer.count(state.purchaseDays),
            "average_order": averageOrder(state).map { Answer.money($0, currency) } ?? nil,
            "first_purchase": Answer.day(hasPurchase ? state.firstDay : nil),
            "last_purchase": Answer.day(hasPurchase ? state.lastDay : nil),
            "recency_days": hasPurchase ? Answer.count(base.context.clock.day - state.lastDay) : nil,
            "rfm": scores(measure, population),
            "clv": lifetimeValue(measure, of: base),
        ]
    }

    private static func level(_ measure: Measure, _ rule: LevelRule) -> JSONValue {
        guard measure.level >= 0 else { return .null }
        return [
            "name": .string(rule.name(of: Int(measure.level))), "since": Answer.day(measure.levelSince),
        ]
    }

    /// Net revenue a purchase that counts, rounded half up to minor units; nil without one, and where an amount
    /// without a rate is missing from the revenue.
    private static func averageOrder(_ state: State) -> Int64? {
        guard state.purchases > 0, state.unconverted == 0 else { return nil }
        let count = Int64(state.purchases)
        let (quotient, remainder) = state.net.magnitude.quotientAndRemainder(dividingBy: UInt64(count))
        let magnitude = Int64(clamping: remainder * 2 >= UInt64(count) ? quotient + 1 : quotient)
        return state.net < 0 ? -magnitude : magnitude
    }

    private static func scores(_ measure: Measure, _ population: Population) -> JSONValue {
        guard measure.state.purchaseDays > 0 else {
            return ["r": nil, "f": nil, "m": nil, "group": .string(CustomerGroup.prospect.rawValue)]
        }
        let recency = population.recency.score(Int64(measure.state.lastDay))
        let frequency = population.frequency.score(Int64(measure.windowDays))
        let money = population.money.score(measure.windowNet)
        let group = CustomerGroup(recency: recency, frequency: frequency, money: money)
        return [
            "r": Answer.count(recency), "f": Answer.count(frequency), "m": Answer.count(money),
            "group": .string(group.rawValue),
        ]
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let population = base.population(Self.self)
        var customers: [ValueCuts.Tier: Int] = [:]
        var values: [ValueCuts.Tier: Int64] = [:]
        var held: [Int64] = []
        var total: Int128 = 0
        // Amounts without a rate are in no tier's value: whoever reads the report must see that some are missing.
        var unconverted = 0
        for measure in base.measures(Self.self) {
            unconverted += Int(measure.state.unconverted)
            let value = measure.ranked(by: population.basis)
            let tier = population.value.tier(value)
            customers[tier, default: 0] += 1
            values[tier] = added(values[tier] ?? 0, value)
            total += Int128(max(0, value))
            if measure.state.purchaseDays > 0 { held.append(max(0, value)) }
        }
        var tiers = JSONObject()
        for tier in ValueCuts.Tier.allCases {
            let value = values[tier] ?? 0
            tiers[tier.rawValue] = [
                "customers": Answer.count(customers[tier] ?? 0),
                "value": Answer.money(value, base.context.currency),
                "share": tier == .none ? 0 : Answer.share(Int128(value), of: total),
            ]
        }
        let concentration = Concentration(held)
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(population.buyers)),
            "basis": .string(population.basis.rawValue),
            "tiers": .object(tiers),
            "unconverted": Answer.count(unconverted),
            "gini": Answer.number(concentration.gini),
            "hhi": Answer.number(concentration.herfindahl),
            "effective_customers": Answer.number(concentration.effectiveCount),
            "top20_share": Answer.number(concentration.topShare(0.2)),
        ]
    }
}
