import Projection

/// One need as it stands at the point asked about: DOMAIN.md section 24.
struct NeedCase: TellableCase, TimedCase {
    let opening: UInt64
    let opened: ClockMark
    var name = ItemName()
    let category: UInt32
    /// The place in `CorePolicy.severities`.
    let severity: Int
    /// When it is due by its own word; nil where the targets of the policy hold.
    let dueBy: ClockMark?
    private(set) var met: ClockMark?
    /// Whether the customer was told that it is met.
    var isTold = false

    init(_ fact: borrowing Fact, opened mark: ClockMark, dueBy due: ClockMark?) {
        opening = fact.position
        opened = mark
        category = fact.code
        severity = fact.amount < 0 ? 1 : min(3, Int(fact.amount))
        dueBy = due
    }

    var isOpen: Bool { met == nil }
    var outcome: ClockMark? { met }

    /// Takes the first fact that says it is met.
    mutating func take(_ fact: borrowing Fact, at mark: ClockMark) {
        guard met == nil else { return }
        met = mark
        isTold = fact.flags.contains(.told)
    }

    /// How many working minutes it may take: until it is due, or what the policy promises.
    func target(_ promised: Int64) -> Int64 {
        dueBy.map { max(0, businessMinutes(to: $0)) } ?? promised
    }
}
