import Projection

/// The stages of a customer's life, DOMAIN.md section 6. The raw values are stored.
public enum LifecycleStage: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case prospect = 0
    case firstTime = 1
    case `repeat` = 2
    case loyal = 3
    case dormant = 4
    case churned = 5
    case wonBack = 6

    /// The stage as answers spell it.
    public var code: String {
        switch self {
        case .prospect: "prospect"
        case .firstTime: "first_time"
        case .repeat: "repeat"
        case .loyal: "loyal"
        case .dormant: "dormant"
        case .churned: "churned"
        case .wonBack: "won_back"
        }
    }
}

/// The integer rules of DOMAIN.md section 6, with the policy's parameters.
struct LifecycleRule: Sendable {
    /// A multiple of the personal interval, and the least gap that counts.
    struct Bound: Sendable {
        /// In thousandths.
        let theta: Int64
        let floorDays: Int64
    }

    /// The interval that personal ones are shrunk to, in days.
    let baseDays: Int64
    /// How many intervals of that length a customer starts with.
    let weight: Int64
    let dormant: Bound
    let churned: Bound
    let loyalFrom: Int32
    /// Whether nobody is churned who would not be dormant: true but for odd policies.
    private let isOrdered: Bool

    init(_ policy: PolicyDocument) throws {
        baseDays = Int64(try policy.whole("lifecycle.mu0_days"))
        weight = Int64(try policy.whole("lifecycle.k"))
        dormant = Bound(
            theta: try policy.thousandths("lifecycle.theta_dormant"),
            floorDays: Int64(try policy.whole("lifecycle.floor_dormant_days")))
        churned = Bound(
            theta: try policy.thousandths("lifecycle.theta_churn"),
            floorDays: Int64(try policy.whole("lifecycle.floor_churn_days")))
        loyalFrom = Int32(clamping: try policy.whole("lifecycle.loyal_from"))
        isOrdered = dormant.theta <= churned.theta && dormant.floorDays <= churned.floorDays
    }

    /// The personal interval after `count` purchase days over `span` days: (k·mu0 + span) / (k + count − 1) days,
    /// as numerator and denominator.
    func interval(count: Int32, span: Int64) -> (days: Int64, parts: Int64) {
        (weight * baseDays + span, weight + Int64(count) - 1)
    }

    /// Whether `gap` days reach a bound; the bound itself counts.
    @inline(__always)
    func isOver(_ gap: Int64, _ bound: Bound, count: Int32, span: Int64) -> Bool {
        let (days, parts) = interval(count: count, span: span)
        return gap >= bound.floorDays && gap * parts * 1_000 >= bound.theta * days
    }

    /// The least gap that is over a bound.
    func leastGap(_ bound: Bound, count: Int32, span: Int64) -> Int64 {
        let (days, parts) = interval(count: count, span: span)
        let least = (bound.theta * days + parts * 1_000 - 1) / (parts * 1_000)
        return max(bound.floorDays, least)
    }

    /// The stage that purchases alone give, before time works on it.
    @inline(__always)
    func activeStage(_ days: PurchaseDays) -> LifecycleStage {
        if days.count == 0 { return .prospect }
        if days.count == 1 { return .firstTime }
        let gap = Int64(days.last - days.previous)
        if isOver(gap, churned, count: days.count - 1, span: Int64(days.previous - days.first)) {
            return .wonBack
        }
        return days.count >= loyalFrom ? .loyal : .repeat
    }

    /// The stage at the end of local day `day`, on or after the last purchase day.
    @inline(__always)
    func stage(_ days: PurchaseDays, active: LifecycleStage, isEnded: Bool, on day: Int32) -> LifecycleStage {
        if isEnded { return .churned }
        if days.count == 0 { return .prospect }
        let gap = Int64(day) - Int64(days.last)
        let span = Int64(days.last) - Int64(days.first)
        let isDormant = isOver(gap, dormant, count: days.count, span: span)
        if isOrdered, !isDormant { return active }
        if isOver(gap, churned, count: days.count, span: span) { return .churned }
        return isDormant ? .dormant : active
    }
}
