import Events
import Projection
import Statistics

/// Something that waits to be dealt with, in numbers that hold all day: kept with the population, since a customer's
/// place depends on everybody's items.
struct QueueItem: Codable, Sendable, Equatable {
    enum Kind: String, Codable, Sendable {
        case complaint
        case need
    }

    /// The ordinal of the customer.
    let customer: UInt32
    let kind: Kind
    /// Where it was opened stands in the log.
    let position: UInt64
    let name: ItemName
    /// The place in `CorePolicy.severities`.
    let severity: Int
    let isSafety: Bool
    /// The readings of the business clock, in microseconds, since when time runs towards the first response; nil
    /// when that was given.
    let responseSince: Int64?
    let responseTarget: Int64
    /// Working time so far, and since when it runs; nil while the clock stands.
    let handled: Int64
    let handledSince: Int64?
    let handlingTarget: Int64
    /// When it is due by its own word, in microseconds since 1970.
    let dueBy: Int64?
    /// The customer's value percentile and interaction index.
    let value: Double
    let interaction: Double
}

/// An item as it stands at a moment.
struct JudgedItem: Sendable {
    let item: QueueItem
    let elapsed: Int64
    let target: Int64
    let urgency: Double
    /// Rounded as it is printed: what looks alike is ordered by what comes next.
    let score: Double
    /// The reading of the business clock at which the target is reached; nil while that clock stands.
    let breachReading: Int64?
    let band: Int

    var minutesToBreach: Int64 { target - elapsed }

    /// Whether the item comes before another one.
    static func precedes(_ left: Self, _ right: Self) -> Bool {
        if left.band != right.band { return left.band < right.band }
        if left.score != right.score { return left.score > right.score }
        if left.minutesToBreach != right.minutesToBreach {
            return left.minutesToBreach < right.minutesToBreach
        }
        if left.item.name != right.item.name { return left.item.name < right.item.name }
        return left.item.position < right.item.position
    }
}

/// The rule of the queue: DOMAIN.md section 10.
struct PriorityRule: Sendable {
    private let weights: (value: Double, urgency: Double, interaction: Double)
    private let floor: Double
    private let urgency: UrgencyRule
    private let safetyFirst: Bool
    private let breachedFirst: Bool
    let safetyCategories: [String]

    init(_ policy: PolicyDocument) throws {
        weights = (
            try policy.real("priority.weights.value"), try policy.real("priority.weights.urgency"),
            try policy.real("priority.weights.interaction")
        )
        floor = try policy.real("priority.floor")
        urgency = try UrgencyRule(policy)
        safetyFirst = try policy.truth("priority.safety_first")
        breachedFirst = try policy.truth("priority.breached_first")
        safetyCategories = try policy.texts("priority.safety_categories")
    }

    /// 100 · v^0.4 · u^0.4 · i^0.2, each factor clamped to [0.05, 1].
    func score(value: Double, urgency: Double, interaction: Double) -> Double {
        let factors = [
            (value, weights.value), (urgency, weights.urgency), (interaction, weights.interaction),
        ].map { (value: max(floor, min(1, $0.0)), weight: $0.1) }
        return 100 * WeightedProduct.of(factors)
    }

    /// An item at a reading of the business clock. Of a complaint nobody has replied to the first response and the
    /// resolution are due; what is due first counts.
    func judge(_ item: QueueItem, at now: Int64) -> JudgedItem {
        let handled = item.handled + (item.handledSince.map { now - $0 } ?? 0)
        var elapsed = handled / 60_000_000
        var target = item.handlingTarget
        var breach = item.handledSince.map { $0 + item.handlingTarget * 60_000_000 - item.handled }
        if let since = item.responseSince {
            let waited = (now - since) / 60_000_000
            if item.responseTarget - waited <= target - elapsed {
                (elapsed, target) = (waited, item.responseTarget)
                breach = since + item.responseTarget * 60_000_000
            }
        }
        let urgency = urgency.urgency(severity: item.severity, elapsed: elapsed, target: target)
        let isSafety = safetyFirst && item.isSafety
        let isBreached = breachedFirst && elapsed > target
        return JudgedItem(
            item: item, elapsed: elapsed, target: target, urgency: urgency,
            score: score(value: item.value, urgency: urgency, interaction: item.interaction).rounded12,
            breachReading: breach, band: isSafety ? 0 : isBreached ? 1 : 2)
    }
}
