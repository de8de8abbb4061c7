public import Events
public import Projection
import Statistics

extension InteractionModel {
    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let inbound = run.measures.reduce(into: Int64(0)) { $0 += Int64($1.inbound) }
        return Population(
            meanInbound: run.measures.isEmpty ? 0 : Double(inbound) / Double(run.measures.count))
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let run = base.run(of: Self.self)
        let measure = run.measures[index]
        let state = measure.state
        let projector = run.projector
        let codes = base.context.codes
        // Ties go to the first by name, and sums are made in that order too.
        let counts = projector.channels[index]
            .map { (name: codes[Int($0.code)], count: $0.count) }
            .sorted { $0.name < $1.name }
        let total = measure.inbound + measure.outbound
        let shares = counts.map { Double($0.count) / Double(total) }
        var channels = JSONObject()
        for (channel, share) in zip(counts, shares) {
            channels[channel.name] = Answer.number(share)
        }
        let dominant = counts.max { $0.count < $1.count || ($0.count == $1.count && $0.name > $1.name) }
        return [
            "contacts": Answer.count(state.contacts),
            "window_days": Answer.count(projector.windowDays),
            "inbound": Answer.count(measure.inbound),
            "outbound": Answer.count(measure.outbound),
            "per_30_days": Answer.number(Double(total) / Double(projector.windowDays) * 30),
            "recency_days": state.lastInbound > 0
                ? Answer.count(base.context.clock.day - state.lastInboundDay) : nil,
            "channels": .object(channels),
            "dominant_channel": dominant.map { .string($0.name) } ?? nil,
            "evenness": total > 0
                ? Answer.number(projector.evenness(shares, of: counts.map(\.name))) : nil,
            "hhi": total > 0 ? Answer.number(shares.reduce(0) { $0 + $1 * $1 }) : nil,
            "index": Answer.number(
                saturation(count: Double(measure.inbound), mean: base.population(Self.self).meanInbound)),
            "decayed": Answer.number(measure.decayed),
            "topics": topics(projector.topics[index].map { $0 }, of: Int64(total), base.context),
        ]
    }

    /// Entropy over its largest value, 0 to 1. A channel that is used although the policy does not name it is one
    /// that is offered: evenness above 1 would say nothing.
    private func evenness(_ shares: [Double], of channels: [String]) -> Double {
        let classes = Set(offeredChannels).union(channels).count
        return min(1, Evenness.evenness(shares: shares, classes: classes))
    }

    /// By topic, how many contacts of the window are about it, which share of them that is, and how many more than
    /// in the window before.
    private static func topics(
        _ counts: [TopicCount], of total: Int64, _ context: FoldContext
    ) -> JSONValue {
        let named = counts.map { (name: context.text(of: $0.code) ?? "", count: $0) }
        var topics = JSONObject()
        for (name, topic) in named.sorted(by: { $0.name < $1.name }) {
            topics[name] = [
                "n": Answer.count(topic.count), "share": Answer.share(Int64(topic.count), of: total),
                "change": Answer.count(topic.count - topic.before),
            ]
        }
        return .object(topics)
    }

    /// The population report, as in DOMAIN.md section 26: `daybook report channels`.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let run = base.run(of: Self.self)
        let projector = run.projector
        let inbound = run.measures.reduce(into: Int64(0)) { $0 += Int64($1.inbound) }
        let outbound = run.measures.reduce(into: Int64(0)) { $0 += Int64($1.outbound) }
        let total = inbound + outbound
        var counts: [UInt32: Int64] = [:]
        for channel in projector.channels.elements {
            counts[channel.code, default: 0] += Int64(channel.count)
        }
        let codes = base.context.codes
        let named = counts.map { (name: codes[Int($0.key)], count: $0.value) }.sorted { $0.name < $1.name }
        let shares = named.map { Double($0.count) / Double(total) }
        var channels = JSONObject()
        for channel in named {
            channels[channel.name] = [
                "contacts": Answer.count(channel.count), "share": Answer.share(channel.count, of: total),
            ]
        }
        let dominant = named.max { $0.count < $1.count || ($0.count == $1.count && $0.name > $1.name) }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "window_days": Answer.count(projector.windowDays),
            "contacts": Answer.count(total),
            "inbound": Answer.count(inbound),
            "outbound": Answer.count(outbound),
            "per_30_days": Answer.number(Double(total) / Double(projector.windowDays) * 30),
            "customers_in_touch": Answer.count(run.measures.count { $0.inbound + $0.outbound > 0 }),
            "channels": .object(channels),
            "dominant_channel": dominant.map { .string($0.name) } ?? nil,
            "evenness": total > 0
                ? Answer.number(projector.evenness(shares, of: named.map(\.name))) : nil,
            "hhi": total > 0 ? Answer.number(shares.reduce(0) { $0 + $1 * $1 }) : nil,
            "topics": topics(allTopics(projector), of: total, base.context),
        ]
    }

    private static func allTopics(_ projector: Self) -> [TopicCount] {
        var sums: [UInt32: TopicCount] = [:]
        for topic in projector.topics.elements {
            sums[topic.code, default: TopicCount(code: topic.code, count: 0, before: 0)].count += topic.count
            sums[topic.code]?.before += topic.before
        }
        return Array(sums.values)
    }
}
