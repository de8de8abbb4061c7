import Projection

/// One complaint with its clocks, as it stands at the point asked about: DOMAIN.md section 9.
///
/// Moments are microseconds since 1970; readings are those of the business clock.
struct ComplaintCase: TellableCase, TimedCase {
    enum Condition: Sendable {
        case open
        case waiting
        case resolved
        case closed
    }

    let opening: UInt64
    let opened: ClockMark
    let openedOn: Int32
    var name = ItemName()
    var category: UInt32
    /// The place in `CorePolicy.severities`; normal unless said.
    var severity = 1
    private(set) var condition = Condition.open
    private(set) var acknowledged: ClockMark?
    private(set) var responded: ClockMark?
    private(set) var firstResolved: ClockMark?
    private(set) var lastResolved: ClockMark?
    /// Where the last resolution stands in the log, and its day.
    private(set) var resolution: UInt64 = 0
    private(set) var resolvedOn = Int32.min
    private(set) var reopenings = 0
    /// Who gave the first response, and who resolved it last, as codes; 0 where nobody is named.
    private(set) var responder: UInt32 = 0
    private(set) var resolver: UInt32 = 0
    /// Whether the customer was told the last outcome.
    var isTold = false
    /// Working time in which it was open and not waiting, up to the running stretch.
    private(set) var handled: Int64 = 0
    /// The reading when the running stretch of handling began; nil while that clock stands.
    private(set) var handledSince: Int64?
    private var waited: Int64 = 0
    private var waitingSince: Int64?

    init(_ fact: borrowing Fact, opened mark: ClockMark) {
        opening = fact.position
        opened = mark
        openedOn = fact.day
        category = fact.code
        handledSince = mark.reading
        describe(fact)
    }

    var isOpen: Bool { condition == .open || condition == .waiting }

    /// Whether it was ever resolved, and opened again.
    var wasResolved: Bool { firstResolved != nil }
    var wasReopened: Bool { reopenings > 0 }

    /// The last resolution of what is not open: what was closed without one has no outcome.
    var outcome: ClockMark? { isOpen ? nil : lastResolved }

    /// Takes a step after the opening.
    mutating func take(_ step: ComplaintStep, _ fact: borrowing Fact, at mark: ClockMark) {
        describe(fact)
        switch (step, condition) {
        case (.acknowledged, _):
            if acknowledged == nil { acknowledged = mark }
        case (.replied, _):
            if acknowledged == nil { acknowledged = mark }
            if responded == nil, fact.flags.contains(.byHuman) {
                responded = mark
                responder = UInt32(truncatingIfNeeded: fact.reference)
            }
        case (.waiting, .open):
            stop(at: mark)
            waitingSince = mark.moment
            condition = .waiting
        case (.resumed, .waiting):
            stopWaiting(at: mark)
            handledSince = mark.reading
            condition = .open
        case (.resolved, .open), (.resolved, .waiting):
            stop(at: mark)
            stopWaiting(at: mark)
            condition = .resolved
            if firstResolved == nil { firstResolved = mark }
            lastResolved = mark
            resolution = fact.position
            resolvedOn = fact.day
            resolver = UInt32(truncatingIfNeeded: fact.reference)
            isTold = fact.flags.contains(.told)
        case (.reopened, .resolved), (.reopened, .closed):
            handledSince = mark.reading
            condition = .open
            reopenings += 1
        case (.closed, _):
            stop(at: mark)
            stopWaiting(at: mark)
            condition = .closed
        default:
            break
        }
    }

    /// Every step may say more of the complaint: an escalation makes it more severe.
    private mutating func describe(_ fact: borrowing Fact) {
        if fact.amount >= 0 { severity = min(3, Int(fact.amount)) }
        if fact.code != 0 { category = fact.code }
    }

    private mutating func stop(at mark: ClockMark) {
        if let since = handledSince { handled += mark.reading - since }
        handledSince = nil
    }

    private mutating func stopWaiting(at mark: ClockMark) {
        if let since = waitingSince { waited += mark.moment - since }
        waitingSince = nil
    }

    // MARK: Durations in whole minutes

    /// Working minutes in which it was handled.
    func handlingMinutes(now: ClockMark) -> Int64 {
        (handled + (handledSince.map { now.reading - $0 } ?? 0)) / 60_000_000
    }

    /// Calendar minutes in which it waited for the customer.
    func waitMinutes(now: ClockMark) -> Int64 {
        (waited + (waitingSince.map { now.moment - $0 } ?? 0)) / 60_000_000
    }
}
