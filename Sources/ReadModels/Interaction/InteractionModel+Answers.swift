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
        let start = index == 0 ? 0 : projector.channelEnds[index - 1]
        // Ties go to the first by name, and sums are made in that order too.
        let counts = projector.channels[start..<projector.channelEnds[index]]
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
                ? Answer.number(Evenness.evenness(shares: shares, classes: projector.offeredChannels.count))
                : nil,
            "hhi": total > 0 ? Answer.number(shares.reduce(0) { $0 + $1 * $1 }) : nil,
            "index": Answer.number(
                saturation(count: Double(measure.inbound), mean: base.population(Self.self).meanInbound)),
            "topics": nil,
        ]
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let run = base.run(of: Self.self)
        var inbound: Int64 = 0
        var outbound: Int64 = 0
        for measure in run.measures {
            inbound += Int64(measure.inbound)
            outbound += Int64(measure.outbound)
        }
        var counts: [UInt32: Int64] = [:]
        for channel in run.projector.channels {
            counts[channel.code, default: 0] += Int64(channel.count)
        }
        let codes = base.context.codes
        var channels = JSONObject()
        for (code, count) in counts.sorted(by: { codes[Int($0.key)] < codes[Int($1.key)] }) {
            channels[codes[Int(code)]] = [
                "contacts": Answer.count(count), "share": Answer.share(count, of: inbound + outbound),
            ]
        }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "window_days": Answer.count(run.projector.windowDays),
            "inbound": Answer.count(inbound),
            "outbound": Answer.count(outbound),
            "channels": .object(channels),
        ]
    }
}
