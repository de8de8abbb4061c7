import Events
public import Projection

extension PriorityModel {
    /// Who waits for us, the first to be dealt with first: each customer once, with all that is open.
    public static var queue: QueueDefinition? {
        QueueDefinition(
            "queue",
            meaning: "Customers with open complaints and needs: deal with the first one first.",
            entries: waiting)
    }

    private static func waiting(_ base: Base) throws -> [QueueEntry] {
        let queue = PriorityQueue(base)
        let judged = base.population(Self.self).items.map(queue.judge).sorted(by: JudgedItem.precedes)
        var ranks: [UInt32: Int] = [:]
        var own: [UInt32: [JudgedItem]] = [:]
        for (place, item) in judged.enumerated() {
            if ranks[item.item.customer] == nil { ranks[item.item.customer] = place + 1 }
            own[item.item.customer, default: []].append(item)
        }
        return try ranks.sorted { $0.value < $1.value }.compactMap { customer, rank -> QueueEntry? in
            guard let index = base.index(of: customer), let items = own[customer], let first = items.first
            else { return nil }
            return QueueEntry(
                index: index, order: [Double(rank)],
                facts: JSONObject([
                    ("score", Answer.number(first.score)), ("kind", .string(first.item.kind.rawValue)),
                    ("id", try base.dataMember(first.item.kind.rawValue, at: first.item.position)),
                    ("severity", .string(CorePolicy.severities[first.item.severity])),
                    ("breach_at", queue.breachTime(of: first)),
                ]),
                reasons: items.map(reason))
        }
    }

    /// Why an item waits where it does, in words.
    private static func reason(_ judged: JudgedItem) -> JSONValue {
        let item = judged.item
        let late = judged.minutesToBreach < 0
        let minutes = late ? -judged.minutesToBreach : judged.minutesToBreach
        let (count, unit) = minutes < 120 ? (minutes, "minute") : (minutes / 60, "hour")
        let span = "\(count) \(unit)\(count == 1 ? "" : "s")"
        return QueueEntry.reason(
            late ? "breached_\(item.kind.rawValue)" : "open_\(item.kind.rawValue)",
            "\(item.kind == .complaint ? "complaint" : "need") of \(CorePolicy.severities[item.severity]) severity, "
                + (late ? "late by \(span)" : "\(span) left") + " of opening hours",
            count: 1, events: [item.position])
    }
}
