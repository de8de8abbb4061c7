public import Events
public import Projection

extension PriorityModel {
    /// One customer's row, as in DOMAIN.md section 26: that of the customer's first item, nulls without one.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let items = base.population(Self.self).items
        let customer = base.customers[index]
        let start = items.partitionPoint { $0.customer < customer }
        guard start < items.count, items[start].customer == customer else {
            return [
                "score": nil, "rank": nil, "factors": ["value": nil, "urgency": nil, "interaction": nil],
                "breach_at": nil,
            ]
        }
        let queue = PriorityQueue(base)
        let own = items[start...].prefix { $0.customer == customer }.map(queue.judge)
        guard let first = own.min(by: JudgedItem.precedes) else { return nil }
        let rank = 1 + items.count { JudgedItem.precedes(queue.judge($0), first) }
        return [
            "score": Answer.number(first.score), "rank": Answer.count(rank),
            "factors": queue.factors(of: first), "breach_at": queue.breachTime(of: first),
        ]
    }

    /// The population report: the queue, the first to be dealt with first.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let queue = PriorityQueue(base)
        let judged = base.population(Self.self).items.map(queue.judge).sorted(by: JudgedItem.precedes)
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "items": Answer.count(judged.count),
            "breached": Answer.count(judged.count { $0.elapsed > $0.target }),
            "queue": .array(
                try judged.enumerated().map { place, item in
                    try queue.described(item, rank: place + 1, in: base)
                }),
        ]
    }
}

/// The queue at the moment asked about.
struct PriorityQueue {
    private let rule: PriorityRule
    private let clock: BusinessClock
    private let now: Int64

    init(_ base: Base) {
        rule = base.run(of: PriorityModel.self).projector.rule
        let needs = base.run(of: NeedsModel.self).projector
        clock = needs.book.clock
        now = needs.book.now.reading
    }

    func judge(_ item: QueueItem) -> JudgedItem { rule.judge(item, at: now) }

    /// The factors as they are multiplied, the floor left out.
    func factors(of judged: JudgedItem) -> JSONValue {
        [
            "value": Answer.number(judged.item.value), "urgency": Answer.number(judged.urgency),
            "interaction": Answer.number(judged.item.interaction),
        ]
    }

    /// When the promised time is, or was, over; null while the clock stands, for the customer is waited for.
    func breachTime(of judged: JudgedItem) -> JSONValue {
        var clock = clock
        guard let moment = judged.item.dueBy ?? judged.breachReading.flatMap({ clock.moment(of: $0) }) else {
            return nil
        }
        return .string(Instant(microseconds: moment).description)
    }

    /// An item with all that is to be known of it before it is opened.
    func described(_ judged: JudgedItem, rank: Int, in base: Base) throws -> JSONValue {
        let item = judged.item
        return [
            "rank": Answer.count(rank),
            "customer": try base.name(of: item.customer).map { .string($0) } ?? nil,
            "kind": .string(item.kind.rawValue),
            "id": try base.dataMember(item.kind.rawValue, at: item.position),
            "severity": .string(CorePolicy.severities[item.severity]),
            "score": Answer.number(judged.score), "factors": factors(of: judged),
            "elapsed_minutes": Answer.count(judged.elapsed), "target_minutes": Answer.count(judged.target),
            "minutes_to_breach": Answer.count(judged.minutesToBreach),
            "breach_at": breachTime(of: judged), "event": Answer.count(item.position),
        ]
    }
}
