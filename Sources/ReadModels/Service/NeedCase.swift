import Projection

/// One need as it stands at the point asked about: DOMAIN.md section 24. Moments and readings as in `ComplaintCase`.
struct NeedCase: Sendable {
    /// Where it was raised stands in the log.
    let raising: UInt64
    let raised: ComplaintCase.Mark
    var name = ItemName()
    let category: UInt32
    /// The place in `CorePolicy.severities`.
    let severity: Int
    /// When it is due by its own word; nil where the targets of the policy hold.
    let dueBy: ComplaintCase.Mark?
    private(set) var met: ComplaintCase.Mark?
    /// Whether the customer was told that it is met.
    var isTold = false

    init(_ fact: borrowing Fact, clock: inout BusinessClock) {
        raising = fact.position
        raised = ComplaintCase.Mark(moment: fact.time, reading: clock.reading(at: fact.time))
        category = fact.code
        severity = fact.amount < 0 ? 1 : min(3, Int(fact.amount))
        dueBy =
            fact.extra == .min
            ? nil : ComplaintCase.Mark(moment: fact.extra, reading: clock.reading(at: fact.extra))
    }

    var isOpen: Bool { met == nil }

    /// Takes the first fact that says it is met.
    mutating func take(_ fact: borrowing Fact, reading: Int64) {
        guard met == nil else { return }
        met = ComplaintCase.Mark(moment: fact.time, reading: reading)
        isTold = fact.flags.contains(.told)
    }

    /// Working minutes from its raising to a mark.
    func businessMinutes(to mark: ComplaintCase.Mark) -> Int64 {
        (mark.reading - raised.reading) / 60_000_000
    }

    /// Calendar minutes from its raising to a mark.
    func calendarMinutes(to mark: ComplaintCase.Mark) -> Int64 {
        (mark.moment - raised.moment) / 60_000_000
    }

    /// How many working minutes it may take: until it is due, or what the policy promises.
    func target(_ promised: Int64) -> Int64 {
        dueBy.map { max(0, businessMinutes(to: $0)) } ?? promised
    }
}
