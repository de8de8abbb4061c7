public import Events
public import Projection
import Statistics

extension RebalancingModel {
    /// The population report.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let projector = base.run(of: Self.self).projector
        let (positions, all) = PositionsModel.holdings(of: base)
        var named = JSONObject()
        for position in CustomerPosition.allCases {
            let holding = positions[position] ?? Holding()
            let target = projector.targets[position] ?? Target()
            named[position.rawValue] = [
                "customers": Answer.count(holding.customers),
                "contacts": projector.deviation(holding.contacts, of: all.contacts, target.contacts),
                "cost": projector.deviation(holding.cost, of: all.cost, target.cost),
            ]
        }
        let losers = projector.losers(of: base)
        let products = try projector.products.divided(reading: base)
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "band": Answer.number(projector.band),
            "positions": .object(named),
            "limits": try projector.checkedLimits(of: base, products),
            "product_undivided_share": Answer.number(products.undividedShare),
            "stop_loss": .array(
                losers.prefix(100).map { index in
                    let figures = base.measures(ProfitModel.self)[index]
                    return [
                        "customer": base.shownName(index),
                        "margin": figures.lastMonthEnd.amount.map { Answer.money($0, base.context.currency) }
                            ?? nil,
                        "suggestion": "basic",
                    ]
                }),
            "stop_loss_customers": Answer.count(losers.count),
        ]
    }

    /// A share beside what it should be.
    private func deviation(_ part: Int128, of whole: Int128, _ target: Double?) -> JSONValue {
        let actual = whole > 0 ? Double(part) / Double(whole) : nil
        let deviation = actual.flatMap { actual in target.map { actual - $0 } }
        return [
            "actual": Answer.number(actual),
            "target": Answer.number(target),
            "deviation": Answer.number(deviation),
            // A deviation that is the band but for rounding is within it.
            "rebalance": deviation.map { .bool(abs($0) > band + 1e-12) } ?? nil,
        ]
    }

    /// Those whose margin of twelve months was below the limit at two month ends running, the worst first.
    private func losers(of base: Base) -> [Int] {
        var losers: [(index: Int, margin: Int64)] = []
        for (index, figures) in base.measures(ProfitModel.self).enumerated() {
            guard let last = figures.lastMonthEnd.amount, last < stopLoss,
                let before = figures.monthEndBefore.amount, before < stopLoss
            else { continue }
            losers.append((index, last))
        }
        return losers.sorted { ($0.margin, $0.index) < ($1.margin, $1.index) }.map(\.index)
    }

    private func checkedLimits(of base: Base, _ products: ProductSums) throws -> JSONValue {
        let population = base.population(ValueModel.self)
        var values: [Int64] = []
        var tiers: [ValueCuts.Tier: Int64] = [:]
        var segments: [String: Int64] = [:]
        let judge = SegmentJudge(base)
        for (index, measure) in base.measures(ValueModel.self).enumerated() {
            let value = max(0, measure.ranked(by: population.basis))
            values.append(value)
            let tier = population.value.tier(value)
            tiers[tier] = added(tiers[tier] ?? 0, value)
            guard value > 0 else { continue }
            // How somebody's purchases are mixed is no group of customers.
            for segment in judge.segments(index) where segment.name != "product_mix" {
                segments[segment.name] = added(segments[segment.name] ?? 0, value)
            }
        }
        values.sort()
        let concentration = Concentration(ascending: values)
        let five = values.suffix(5).reduce(into: Int128(0)) { $0 += Int128($1) }
        let topFive = concentration.total > 0 ? Double(five) / concentration.total : nil
        let byTier = tiers.map { ($0.key.rawValue, $0.value) }
        return [
            "largest_customer": Self.limit(concentration.largestShare, limits.largest, name: nil),
            "top_five": Self.limit(topFive, limits.topFive, name: nil),
            "region": largest(named(regions, base), limits.single),
            "channel": largest(named(channels, base), limits.single),
            "category": largest(named(categories, base), limits.single),
            "product": try largestProduct(of: products, base),
            "tier": largest(byTier, limits.single),
            // Segments overlap: each is held against the value of everybody.
            "segment": largest(segments.map { ($0.key, $0.value) }, limits.single, of: concentration.total),
        ]
    }

    /// The sums under names; what has none is not of one place.
    private func named(_ sums: [Int64], _ base: Base) -> [(String, Int64)] {
        sums.indices.compactMap { code in
            sums[code] == 0 ? nil : (base.context.text(of: UInt32(code)) ?? "", sums[code])
        }
    }

    /// The largest of some shares against a limit; of equal ones the first by name.
    private func largest(
        _ sums: [(name: String, sum: Int64)], _ limit: Double, of whole: Double? = nil
    ) -> JSONValue {
        let total = whole ?? Double(sums.reduce(into: Int128(0)) { $0 += Int128($1.sum) })
        let largest = sums.filter { !$0.name.isEmpty }.min { ($1.sum, $0.name) < ($0.sum, $1.name) }
        let share = largest.flatMap { total > 0 ? Double($0.sum) / total : nil }
        return Self.limit(share, limit, name: largest?.name)
    }

    /// The product that brings most. Where purchases of several products are too many to be read, the share is at
    /// least what it says, and whether it is over the limit may be open.
    private func largestProduct(of products: ProductSums, _ base: Base) throws -> JSONValue {
        let largest = products.largest
        let name = try largest.flatMap { product, _, position in
            try base.event(at: position)?.product(hashed: product)
        }
        let most = largest.map { min(1, $0.share + (products.undividedShare ?? 0)) }
        let isOpen = Self.exceeds(largest?.share, limits.single) != Self.exceeds(most, limits.single)
        guard isOpen, var answer = Self.limit(largest?.share, limits.single, name: name).objectValue else {
            return Self.limit(largest?.share, limits.single, name: name)
        }
        answer["exceeded"] = .null
        return .object(answer)
    }

    private static func exceeds(_ share: Double?, _ limit: Double) -> Bool? {
        share.map { $0 > limit + 1e-12 }
    }

    private static func limit(_ share: Double?, _ limit: Double, name: String?) -> JSONValue {
        [
            "name": name.map { .string($0) } ?? nil,
            "share": Answer.number(share),
            "limit": Answer.number(limit),
            "exceeded": exceeds(share, limit).map { .bool($0) } ?? nil,
        ]
    }
}
