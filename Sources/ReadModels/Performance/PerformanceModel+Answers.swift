public import Events
public import Projection
import Statistics

extension PerformanceModel {
    /// Nothing is needed of others.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// Which rule makes which member of a row.
    public static let rules = [
        FieldRule(
            "categories",
            "What was paid for each category by the lines of purchases that count, less what was given back.",
            source: "DOMAIN.md 13, product mix"),
        FieldRule(
            "channels", "What purchases on each channel brought in, less what was given back.",
            source: "DOMAIN.md 24, profile: performance"),
        FieldRule(
            "places",
            "The same by the region of the purchase; without one by its store, else by where the customer lived "
                + "when it was made.",
            source: "DOMAIN.md 13, geography"),
        FieldRule(
            "typical_hour",
            "The mean time of day of purchases on the customer's own clock, taken around the clock so that 23:00 "
                + "and 01:00 average to midnight.",
            source: "DOMAIN.md 13; Mardia and Jupp 2000"),
        FieldRule(
            "resultant_length",
            "How close together the times of day are: 1 is always the same, 0 is spread evenly.",
            source: "DOMAIN.md 13; Mardia and Jupp 2000"),
        FieldRule(
            "night_share", "The share of purchases from 22:00 to 6:00 on the customer's own clock.",
            source: "DOMAIN.md 13"),
        FieldRule(
            "weekend_share",
            "The share of purchases on Saturdays and Sundays on the customer's own calendar.",
            source: "DOMAIN.md 13"),
        FieldRule("hours", "Purchases by hour of the customer's own clock.", source: "DOMAIN.md 13"),
    ]

    /// One customer's row: sections 13 and 24 of DOMAIN.md.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let run = base.run(of: Self.self)
        let measure = run.measures[index]
        let mean = measure.timeOfDay
        var hours = JSONObject()
        for hour in run.projector.hours[index] {
            hours[hour.hour < 10 ? "0\(hour.hour)" : "\(hour.hour)"] = Answer.count(hour.count)
        }
        return [
            "categories": amounts(.category, index, of: base),
            "channels": amounts(.channel, index, of: base),
            "places": amounts(.place, index, of: base),
            "typical_hour": Answer.number(mean.fraction.map { $0 * 24 }),
            "resultant_length": Answer.number(mean.resultantLength),
            "night_share": Answer.share(measure.state.night, of: measure.state.purchases),
            "weekend_share": Answer.share(measure.state.weekend, of: measure.state.purchases),
            "hours": .object(hours),
        ]
    }

    private static func amounts(_ aspect: Aspect, _ index: Int, of base: Base) -> JSONValue {
        let groups = base.run(of: Self.self).projector.groups[index].filter { $0.aspect == aspect }
            .compactMap { group in base.context.text(of: group.code).map { (name: $0, net: group.net) } }
            .sorted { $0.net != $1.net ? $0.net > $1.net : $0.name < $1.name }
        var amounts = JSONObject()
        for group in groups { amounts[group.name] = Answer.money(group.net, base.context.currency) }
        return .object(amounts)
    }

    /// What everybody buys, by category, channel and place: net revenue and its share.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let run = base.run(of: Self.self)
        var sums: [UInt64: (net: Int64, purchases: Int)] = [:]
        for group in run.projector.groups.elements {
            let key = UInt64(group.aspect.rawValue) << 32 | UInt64(group.code)
            let sum = sums[key] ?? (0, 0)
            sums[key] = (added(sum.net, group.net), sum.purchases + Int(group.purchases))
        }
        let purchases = run.measures.reduce(0) { $0 + Int($1.state.purchases) }
        let night = run.measures.reduce(0) { $0 + Int($1.state.night) }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "purchases": Answer.count(purchases),
            "night_share": Answer.share(night, of: purchases),
            "categories": table(.category, sums, base.context),
            "channels": table(.channel, sums, base.context),
            "places": table(.place, sums, base.context),
            "hours": hours(run.projector.hours),
        ]
    }

    /// How many purchases were made in each hour of the customer's own clock.
    private static func hours(_ counts: CustomerLists<HourCount>) -> JSONValue {
        var sums = [Int](repeating: 0, count: 24)
        for hour in counts.elements { sums[hour.hour] += hour.count }
        return Answer.histogram(sums, width: 1)
    }

    private static func table(
        _ aspect: Aspect, _ sums: [UInt64: (net: Int64, purchases: Int)], _ context: FoldContext
    ) -> JSONValue {
        let named = sums.filter { $0.key >> 32 == UInt64(aspect.rawValue) }
            .compactMap { sum in
                context.text(of: UInt32(truncatingIfNeeded: sum.key)).map { (name: $0, sum: sum.value) }
            }
            .sorted { $0.sum.net != $1.sum.net ? $0.sum.net > $1.sum.net : $0.name < $1.name }
        let total = named.reduce(into: Int128(0)) { $0 += Int128(max(0, $1.sum.net)) }
        var table = JSONObject()
        for (name, sum) in named {
            table[name] = [
                "purchases": Answer.count(sum.purchases), "value": Answer.money(sum.net, context.currency),
                "share": Answer.share(Int128(max(0, sum.net)), of: total),
            ]
        }
        return .object(table)
    }
}

extension PerformanceModel.Measure {
    /// The times of day of the purchases.
    var timeOfDay: CircularMean {
        CircularMean(sine: sine, cosine: cosine, count: Int(state.purchases))
    }
}
