import Events
import Projection

/// The past dates that return rates are learned from, and whether customers bought within the horizon after each.
///
/// Counted by stage and by the ratio of idle time to the personal interval, the bands of DOMAIN.md section 6.
public struct ReturnTable: Sendable, Equatable {
    /// The bands of the ratio: below 0.5, 1, 1.5, 2, 3, 4, 6, 8, and the rest.
    public static let bandCount = 9

    /// What happened to the customers of one cell.
    public struct Cell: Sendable, Equatable, Codable {
        /// Customers who were in the cell at a reference date, all dates together.
        public var count = 0
        /// Those who did not buy within the horizon.
        public var lost = 0

        mutating func add(_ isLost: Bool) {
            count += 1
            if isLost { lost += 1 }
        }

        mutating func add(_ other: Cell) {
            count += other.count
            lost += other.lost
        }
    }

    /// By stage, then band.
    public internal(set) var cells = Array(
        repeating: Cell(), count: LifecycleStage.allCases.count * bandCount)
    /// The same without customers who had an offer to win them back open at some time of the horizon: who returned
    /// among these did so by themselves.
    public internal(set) var unprompted = Array(
        repeating: Cell(), count: LifecycleStage.allCases.count * bandCount)

    static func cell(_ stage: LifecycleStage, band: Int) -> Int {
        Int(stage.rawValue) * bandCount + band
    }

    /// The band of `gap` idle days for a customer whose interval is `days` / `parts`.
    @inline(__always)
    static func band(gap: Int64, days: Int64, parts: Int64) -> Int {
        // The bounds in half intervals are whole, so the quotient may be rounded down: bits 1, 2, 3, 4, 6, 8, 12
        // and 16 stand for them, and as many as it reaches are counted.
        let halves = min(2 * gap * parts / days, 16)
        let bounds: UInt32 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 8 | 1 << 12 | 1 << 16
        return (bounds & (2 << UInt32(truncatingIfNeeded: halves) - 1)).nonzeroBitCount
    }

    /// Counts a customer of a cell.
    mutating func add(_ cell: Int, isLost: Bool, isPrompted: Bool) {
        cells[cell].add(isLost)
        if !isPrompted { unprompted[cell].add(isLost) }
    }

    mutating func add(_ other: ReturnTable) {
        for index in cells.indices {
            cells[index].add(other.cells[index])
            unprompted[index].add(other.unprompted[index])
        }
    }
}

/// The clocks at which the table looks: the reference dates, and the end of the horizon after each.
struct ReferenceCalendar: Sendable {
    struct Mark: Sendable {
        /// Which reference date.
        var reference: Int
        /// Whether this is the end of its horizon.
        var isOutcome: Bool
        /// The local day of the reference date.
        var day: Int32
    }

    let clocks: [Clock]
    let marks: [Mark]
    let referenceCount: Int

    /// The last `months` local month ends whose horizon had passed at the context's clock.
    init(_ context: FoldContext, months: Int, horizonDays: Int) {
        var dated: [(clock: Clock, mark: Mark)] = []
        var end = LocalDay(number: context.clock.day).endOfMonth
        var found = 0
        // The first month ends may lie after the clock; a horizon of two years is the longest allowed.
        for _ in 0..<(months + 30) where found < months {
            let outcome = context.clock(atEndOf: end.adding(days: horizonDays))
            if outcome.instant <= context.clock.instant {
                let reference = Mark(reference: found, isOutcome: false, day: end.number)
                dated.append((context.clock(atEndOf: end), reference))
                dated.append((outcome, Mark(reference: found, isOutcome: true, day: end.number)))
                found += 1
            }
            guard end.startOfMonth.number > Self.firstDay else { break }
            end = end.startOfMonth.previous
        }
        dated.sort { ($0.clock.instant, $0.mark.reference) < ($1.clock.instant, $1.mark.reference) }
        clocks = dated.map(\.clock)
        marks = dated.map(\.mark)
        referenceCount = found
    }

    /// 0001-03-01: months before are of no use to a month-end calendar, and the calendar begins there.
    private static let firstDay: Int32 = -719_103
}
