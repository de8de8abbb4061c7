import EventLog
public import Events
import Projection
import ReadModels
import Views

/// Which events a question about lateness is about.
public struct LatenessQuery: Sendable, Equatable {
    /// Only events recorded from then on; what an older system's history brought with it is no lateness.
    public var recordedFrom: TimeArgument?
    /// Only events of this source.
    public var source: String?
    /// Only events of this type.
    public var type: String?

    /// A query; nil means no restriction.
    public init(recordedFrom: TimeArgument? = nil, source: String? = nil, type: String? = nil) {
        self.recordedFrom = recordedFrom
        self.source = source
        self.type = type
    }
}

extension Ledger {
    /// How late events arrive: `{position, sources: [{source, type, n, planned, median, p90, p99, worst, worst_event,
    /// limit, over_limit}], tokens: [{token, effective_at, position, outdated, late_events, acts, first, sources}]}`,
    /// times in seconds.
    ///
    /// Lateness is the recorded time less the time; what was recorded before it happens is planned, and not late.
    /// The quantile q of n events is the one at place ⌈q·n⌉. Limits are those of the policy, `lateness.limits`:
    /// hours by source, `*` for all others.
    ///
    /// An answer is out of date where an event was recorded after it that had happened by its time, or a void, a
    /// correction, a merge or a split.
    ///
    /// - Parameter tokens: of answers that somebody holds.
    public func lateness(
        _ query: LatenessQuery, tokens: [ReportToken] = []
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let point = try resolve(Question())
            let end = Position(point.answer.position)
            var watch = LatenessWatch()
            let start = try query.recordedFrom.map { try firstPosition(recordedFrom: $0) } ?? .zero
            let reader = JSONReader()
            try log.read { view in
                try view.forEachLine(from: start, upTo: end) { position, line in
                    try reader.parse(line)
                    let envelope = try Envelope.read(reader, node: 0, stored: true)
                    guard !envelope.source.hasPrefix("daybook:"),
                        query.source == nil || query.source == envelope.source,
                        query.type == nil || query.type == envelope.type,
                        let recorded = reader.member(0, "recordedtime")
                    else { return true }
                    let recordedAt = try Instant(parsing: reader.string(recorded))
                    watch.take(
                        source: envelope.source, type: envelope.type, position: position.rawValue,
                        lateness: recordedAt.microseconds - envelope.time.microseconds)
                    return true
                }
            }
            let limits = CorePolicy.filled(point.fold.rules.policy.parameters).value(at: "lateness.limits")
            return [
                "position": .number(Double(end.rawValue)),
                "sources": .array(watch.sources(limits: limits?.objectValue ?? JSONObject())),
                "tokens": .array(try tokens.map { try outdating(of: $0, upTo: end) }),
            ]
        }
    }

    private func firstPosition(recordedFrom argument: TimeArgument) throws -> Position {
        switch argument {
        case .now: return Position(try log.read { $0.head.rawValue })
        case .position(let position): return Position(position)
        case .instant(let instant):
            return try log.read { try $0.position(knownAt: Instant(microseconds: instant.microseconds - 1)) }
        case .day(let day):
            let start = zone.start(of: day)
            return try log.read { try $0.position(knownAt: Instant(microseconds: start.microseconds - 1)) }
        }
    }

    /// What was recorded after an answer and would change it.
    private func outdating(of token: ReportToken, upTo end: Position) throws -> JSONValue {
        _ = try resolve(Question(token))
        var late = 0
        var acts = 0
        var first: UInt64?
        var sources: [String: Int] = [:]
        let reader = JSONReader()
        try log.read { view in
            try view.forEachLine(from: Position(token.position), upTo: end) { position, line in
                try reader.parse(line)
                let envelope = try Envelope.read(reader, node: 0, stored: true)
                let isAct = Self.actTypes.contains(envelope.type)
                guard isAct || envelope.time <= token.effectiveAt else { return true }
                if isAct { acts += 1 } else { late += 1 }
                if first == nil { first = position.rawValue }
                sources[envelope.source, default: 0] += 1
                return true
            }
        }
        let counts = sources.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.number(Double($0.value))) }
        return [
            "token": .string(token.text), "effective_at": .string(token.effectiveAt.description),
            "position": .number(Double(token.position)), "outdated": .bool(late + acts > 0),
            "late_events": .number(Double(late)), "acts": .number(Double(acts)),
            "first": first.map { .number(Double($0)) } ?? .null, "sources": .object(JSONObject(counts)),
        ]
    }

    private static let actTypes: Set = [
        "event.voided", "event.corrected", "customer.merged", "customer.split",
    ]
}

/// Collects how late events came, by source and type.
private struct LatenessWatch {
    private struct Group: Hashable {
        let source: String
        let type: String
    }

    private struct Delays {
        var seconds: [Int32] = []
        var planned = 0
        var worst: (microseconds: Int64, position: UInt64)?
    }

    private var groups: [Group: Delays] = [:]

    /// `lateness` in microseconds; negative where the event was planned.
    mutating func take(source: String, type: String, position: UInt64, lateness: Int64) {
        var delays = groups[Group(source: source, type: type)].take() ?? Delays()
        if lateness < 0 {
            delays.planned += 1
        } else {
            delays.seconds.append(Int32(clamping: lateness / 1_000_000))
            if lateness > delays.worst?.microseconds ?? -1 { delays.worst = (lateness, position) }
        }
        groups[Group(source: source, type: type)] = delays
    }

    func sources(limits: JSONObject) -> [JSONValue] {
        groups.sorted { ($0.key.source, $0.key.type) < ($1.key.source, $1.key.type) }.map { group, delays in
            let sorted = delays.seconds.sorted()
            func quantile(_ share: Double) -> JSONValue {
                guard !sorted.isEmpty else { return .null }
                let place = (share * Double(sorted.count)).rounded12.rounded(.up)
                return .number(Double(sorted[max(1, Int(place)) - 1]))
            }
            let limit = (limits[group.source] ?? limits["*"])?.numberValue.map { $0 * 3_600 }
            let over = limit.map { limit in sorted.count { Double($0) > limit } }
            return [
                "source": .string(group.source), "type": .string(group.type),
                "n": .number(Double(sorted.count)), "planned": .number(Double(delays.planned)),
                "median": quantile(0.5), "p90": quantile(0.9), "p99": quantile(0.99),
                "worst": sorted.last.map { .number(Double($0)) } ?? .null,
                "worst_event": delays.worst.map { .number(Double($0.position)) } ?? .null,
                "limit": limit.map { .number($0) } ?? .null,
                "over_limit": over.map { .number(Double($0)) } ?? .null,
            ]
        }
    }
}
