import Events
public import Projection

/// The stage of a customer's life: DOMAIN.md section 6, in integers.
///
/// In passing it counts what happened after past month ends, the return rates of section 6, which churn risk
/// without a fitted model rests on: both need the same purchase days.
public struct LifecycleModel: ReadModel {
    /// The name of the view.
    public static let name = "lifecycle"
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["stage", "since"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Distinct local days with a purchase that counts.
        public var purchaseDays: Int32
        /// The first of them.
        public var firstPurchase: Int32
        /// The last of them.
        public var lastPurchase: Int32
        /// The one before the last.
        public var previousPurchase: Int32
        /// The local day of the customer's first event.
        public var firstDay: Int32
        /// 1 where the relationship was ended and no purchase came after.
        public var isEnded: Int32
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// The first day of the unbroken run of the stage.
        public var since: Int32
        /// The stage.
        public var stage: LifecycleStage
    }

    /// How many customers are in each stage.
    public struct Population: Codable, Sendable, Equatable {
        /// By the raw value of the stage.
        public var stages: [Int]
    }

    let rule: LifecycleRule
    /// The counted returns, over all customers folded so far.
    public private(set) var returns = ReturnTable()
    private let clock: Clock
    private let reference: ReferenceCalendar
    private var timeline: LifecycleTimeline
    /// How long an offer to win a customer back is open, and the day of the last one.
    private let offerDays: Int32
    private var offeredOn: Int32
    /// For each reference date the cell the customer was in, or -1.
    private var cells: [Int]

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rule = try LifecycleRule(context.policy)
        timeline = LifecycleTimeline(rule: rule, rates: context.rates)
        clock = context.clock
        offerDays = Int32(try context.policy.whole("winback.window_days"))
        offeredOn = Self.neverOffered
        reference = ReferenceCalendar(
            context,
            months: try context.policy.whole("churn.reference_months"),
            horizonDays: try context.policy.whole("churn.horizon_days"))
        cells = Array(repeating: -1, count: reference.referenceCount)
    }

    /// The month ends that return rates are learned from, and the ends of their horizons.
    public var calendar: [Clock] { reference.clocks }

    /// How many reference dates the counted returns rest on.
    public var referenceCount: Int { reference.referenceCount }

    /// Forgets the customer before.
    public mutating func begin() {
        timeline.begin()
        offeredOn = Self.neverOffered
    }

    /// Before all days that are asked about, and far from the ends of the numbers.
    private static let neverOffered = Int32.min / 2

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        timeline.fold(fact)
        if fact.kind == .winback, fact.detail == 1 { offeredOn = fact.day }
    }

    /// Looks at the customer as of a clock of `calendar`.
    public mutating func mark(_ index: Int) {
        let mark = reference.marks[index]
        let days = timeline.days
        if mark.isOutcome {
            let cell = cells[mark.reference]
            guard cell >= 0 else { return }
            returns.add(
                cell, isLost: days.count == 0 || days.last <= mark.day,
                isPrompted: offeredOn > mark.day - offerDays)
            return
        }
        guard days.count > 0 else {
            cells[mark.reference] = -1
            return
        }
        let (interval, parts) = rule.interval(
            count: days.count, span: Int64(days.last) - Int64(days.first))
        let band = ReturnTable.band(gap: Int64(mark.day) - Int64(days.last), days: interval, parts: parts)
        cells[mark.reference] = ReturnTable.cell(timeline.stage(on: mark.day), band: band)
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        timeline.finish(on: clock.day)
        let days = timeline.days
        let state = State(
            purchaseDays: days.count,
            firstPurchase: days.first,
            lastPurchase: days.last,
            previousPurchase: days.previous,
            firstDay: timeline.firstDay,
            isEnded: timeline.isEnded ? 1 : 0)
        return (state, Measure(state: state, since: timeline.since, stage: timeline.stage))
    }

    /// Adds what another worker's instance counted over its customers.
    public mutating func absorb(_ other: Self) {
        returns.add(other.returns)
    }
}
