import Events
import Projection
import Statistics

/// One segment of one customer, with what it rests on.
struct Segment {
    let name: String
    /// Purchases, declarations, contacts: what the segment counts.
    let count: Int
    /// What share of all such it is; nil where there is no whole.
    var share: Double?
    var interval: Interval?
    /// Further evidence.
    var details: [(String, JSONValue)] = []

    var json: JSONValue {
        var evidence = JSONObject([("n", Answer.count(count)), ("share", Answer.number(share))])
        if let interval {
            evidence["low"] = Answer.number(interval.low)
            evidence["high"] = Answer.number(interval.high)
        }
        for (name, value) in details { evidence[name] = value }
        return ["name": .string(name), "evidence": .object(evidence)]
    }
}

/// Finds the segments of the customers of a base, one after the other: DOMAIN.md section 13.
struct SegmentJudge {
    private let base: Base
    private let rule: SegmentRule
    private let leastDays: Int64
    private let population: SegmentsModel.Population
    private let lifecycle: [LifecycleModel.Measure]
    private let contacts: [InteractionModel.Measure]
    private let purchases: [PerformanceModel.Measure]
    private let performance: PerformanceModel
    private let projector: SegmentsModel

    init(_ base: Base) {
        self.base = base
        projector = base.run(of: SegmentsModel.self).projector
        rule = projector.rule
        population = base.population(SegmentsModel.self)
        lifecycle = base.measures(LifecycleModel.self)
        leastDays = base.run(of: LifecycleModel.self).projector.rule.baseDays
        contacts = base.measures(InteractionModel.self)
        purchases = base.measures(PerformanceModel.self)
        performance = base.run(of: PerformanceModel.self).projector
    }

    /// The segments of a customer, but for those that only personal values tell.
    func segments(_ index: Int) -> [Segment] {
        [frequency(index), nightOwl(index)].compactMap { $0 } + places(index) + categories(index)
            + declared(index) + [need(index), interaction(index)].compactMap { $0 }
    }

    /// Top and bottom quintile of purchases a day; new customers are undetermined.
    private func frequency(_ index: Int) -> Segment? {
        let state = lifecycle[index].state
        guard state.purchaseDays > 0 else { return nil }
        let count = Int(state.purchaseDays)
        guard
            let frequency = SegmentRule.frequency(state, on: base.context.clock.day, leastDays: leastDays)
        else { return Segment(name: "frequency_undetermined", count: count) }
        let quintile = population.frequency.score(SegmentRule.ordered(frequency))
        guard quintile == 1 || quintile == 5 else { return nil }
        return Segment(
            name: quintile == 5 ? "high_frequency" : "low_frequency", count: count,
            details: [("per_week", Answer.number(frequency * 7)), ("quintile", Answer.count(quintile))])
    }

    private func nightOwl(_ index: Int) -> Segment? {
        let measure = purchases[index]
        let (night, count) = (Int(measure.state.night), Int(measure.state.purchases))
        guard rule.isNightOwl(night: night, of: count) else { return nil }
        let share = Proportion(successes: night, count: count)
        let mean = measure.timeOfDay
        return Segment(
            name: "night_owl", count: count, share: share.value,
            interval: share.wilson(confidence: rule.confidence),
            details: [
                ("shrunk_share", Answer.number(SegmentRule.shrunkNightShare(night, of: count))),
                ("typical_hour", Answer.number(mean.fraction.map { $0 * 24 })),
                ("resultant_length", Answer.number(mean.resultantLength)),
            ])
    }

    /// Where at least the dominant share of purchases was made.
    private func places(_ index: Int) -> [Segment] {
        let groups = performance.groups[index].filter { $0.aspect == .place && $0.purchases > 0 }
        let total = groups.reduce(0) { $0 + Int($1.purchases) }
        guard total > 0 else { return [] }
        return named(groups).compactMap { name, group in
            let share = Proportion(successes: Int(group.purchases), count: total)
            guard share.value >= rule.dominantShare else { return nil }
            return Segment(
                name: "geography:" + name, count: total, share: share.value,
                interval: share.wilson(confidence: rule.confidence))
        }
    }

    /// The mix of categories, the dominant one, and the interests that shares tell.
    private func categories(_ index: Int) -> [Segment] {
        let groups = performance.groups[index].filter { $0.aspect == .category && $0.net > 0 }
        let total = groups.reduce(into: Int128(0)) { $0 += Int128($1.net) }
        let count = Int(purchases[index].state.categorised)
        guard total > 0, count > 0 else { return [] }
        let shares = named(groups).map { (name: $0, share: Double($1.net) / Double(total)) }
        var list = JSONObject()
        for entry in shares { list[entry.name] = Answer.number(entry.share) }
        let largest = shares.map(\.share).max()
        var segments = [
            Segment(
                name: "product_mix", count: count, share: largest,
                details: [
                    ("hhi", Answer.number(shares.reduce(0) { $0 + $1.share * $1.share })),
                    ("entropy", Answer.number(Evenness.entropy(shares: shares.map(\.share)))),
                    ("shares", .object(list)),
                ])
        ]
        guard count >= rule.dominantPurchases else { return segments }
        for (name, share) in shares where share >= rule.dominantShare {
            segments.append(Segment(name: "category:" + name, count: count, share: share))
        }
        for (name, share) in shares where share >= rule.interestShare {
            segments.append(Segment(name: "interest_inferred:" + name, count: count, share: share))
        }
        return segments
    }

    /// What the customer is and said, the latest in view.
    private func declared(_ index: Int) -> [Segment] {
        projector.marks[index].filter { $0.kind != .need }
            .compactMap { mark -> (kind: UInt8, segment: Segment)? in
                guard let name = name(of: mark) else { return nil }
                return (mark.kind.rawValue, Segment(name: name, count: Int(mark.count)))
            }
            .sorted { ($0.kind, $0.segment.name) < ($1.kind, $1.segment.name) }.map(\.segment)
    }

    private func name(of mark: SegmentsModel.Mark) -> String? {
        guard let code = base.context.text(of: mark.code) else { return nil }
        switch mark.kind {
        case .ageBand: return "age_band:" + code
        case .region: return "region:" + code
        case .city: return "city:" + code
        case .incomeBand: return "income_band:" + code
        case .interest: return "interest:" + code
        case .trait: return "trait:" + (base.context.text(of: mark.dimension) ?? "") + ":" + code
        case .need: return "need:" + code
        }
    }

    /// The category with most needs; of equal ones the first by name.
    private func need(_ index: Int) -> Segment? {
        let needs = projector.marks[index].filter { $0.kind == .need }
        let total = needs.reduce(0) { $0 + Int($1.count) }
        let most = needs.max { left, right in
            left.count != right.count
                ? left.count < right.count : (name(of: left) ?? "") > (name(of: right) ?? "")
        }
        guard let most, Int(most.count) >= rule.leastNeeds, let name = name(of: most) else { return nil }
        return Segment(name: name, count: Int(most.count), share: Double(most.count) / Double(total))
    }

    private func interaction(_ index: Int) -> Segment {
        let inbound = Int(contacts[index].inbound)
        let quintile = inbound > 0 ? population.inbound.score(Int64(inbound)) : 1
        let level = quintile == 5 ? "high" : quintile == 1 ? "low" : "middle"
        return Segment(
            name: "interaction_" + level, count: inbound,
            details: [("quintile", inbound > 0 ? Answer.count(quintile) : nil)])
    }

    private func named(
        _ groups: some Sequence<PerformanceModel.Group>
    ) -> [(String, PerformanceModel.Group)] {
        groups.compactMap { group in base.context.text(of: group.code).map { ($0, group) } }
            .sorted { $0.0 < $1.0 }
    }
}
