import Projection

/// One customer's stage from day to day: the stage now, and since when without a break.
///
/// Between two facts nothing changes but time, so each stretch of days needs at most the days on which the
/// customer became dormant and churned. A day's stage is that of its end.
struct LifecycleTimeline: Sendable {
    let rule: LifecycleRule
    private(set) var ledger: PurchaseLedger
    private(set) var active: LifecycleStage = .prospect
    /// The stage of the last stretch, and the first day of its run.
    private(set) var stage: LifecycleStage = .prospect
    private(set) var since: Int32 = 0
    /// The local day of the customer's first event.
    private(set) var firstDay: Int32 = 0
    private var day: Int32 = 0
    private var hasBegun = false
    /// The number of days that `active` was found for.
    private var countedDays: Int32 = 0
    /// How many purchases there were when the relationship was ended last.
    private var endedAfter: Int?

    init(rule: LifecycleRule, rates: Rates) {
        self.rule = rule
        ledger = PurchaseLedger(rates: rates)
    }

    var days: PurchaseDays { ledger.days }

    /// Whether the relationship was ended, and no purchase that counts came after it.
    var isEnded: Bool {
        guard let endedAfter else { return false }
        return !ledger.purchases[endedAfter...].contains { $0.isCounted }
    }

    mutating func begin() {
        ledger.begin()
        active = .prospect
        stage = .prospect
        hasBegun = false
        countedDays = 0
        endedAfter = nil
    }

    @inline(__always)
    mutating func fold(_ fact: borrowing Fact) {
        if !hasBegun {
            hasBegun = true
            day = fact.day
            since = fact.day
            firstDay = fact.day
        }
        // Not a switch: most facts are purchases, and a jump table is guessed wrong more often than a branch.
        if fact.kind == .purchase {
            advance(to: fact.day)
            ledger.purchase(fact)
            update()
        } else if fact.kind == .refund {
            advance(to: fact.day)
            ledger.refund(fact)
            update()
        } else if fact.kind == .relationshipEnded {
            advance(to: fact.day)
            endedAfter = ledger.purchases.count
        }
    }

    /// Runs the time up to the end of a local day.
    mutating func finish(on last: Int32) {
        advance(to: last)
        close(through: last)
    }

    /// The stage on a day not before the last fact, without moving.
    func stage(on day: Int32) -> LifecycleStage {
        rule.stage(days, active: active, isEnded: isEnded, on: day)
    }

    @inline(__always)
    private mutating func update() {
        if ledger.needsRecount {
            ledger.recount()
        } else if ledger.days.count == countedDays {
            return
        }
        countedDays = ledger.days.count
        active = rule.activeStage(ledger.days)
    }

    @inline(__always)
    private mutating func advance(to next: Int32) {
        guard next > day else { return }
        close(through: next - 1)
        day = next
    }

    /// Notes the stages of `day` ... `last`, during which nothing happened.
    private mutating func close(through last: Int32) {
        let isEnded = isEnded
        let lastStage = rule.stage(days, active: active, isEnded: isEnded, on: last)
        // Idle time only grows: who is still active at the end has been so all the time.
        if lastStage == active {
            note(active, from: day)
            return
        }
        note(rule.stage(days, active: active, isEnded: isEnded, on: day), from: day)
        guard !isEnded, days.count > 0, lastStage != stage else { return }
        cross(rule.dormant, through: last)
        cross(rule.churned, through: last)
    }

    /// Notes the day on which a bound is reached, if that is within `day` ... `last`.
    private mutating func cross(_ bound: LifecycleRule.Bound, through last: Int32) {
        let span = Int64(days.last) - Int64(days.first)
        let reached = Int64(days.last) + rule.leastGap(bound, count: days.count, span: span)
        guard reached > Int64(day), reached <= Int64(last) else { return }
        note(rule.stage(days, active: active, isEnded: false, on: Int32(reached)), from: Int32(reached))
    }

    private mutating func note(_ next: LifecycleStage, from day: Int32) {
        guard next != stage else { return }
        stage = next
        since = day
    }
}
