import Events
import Projection

/// A clock that runs in working time only: DOMAIN.md section 9.
///
/// It shows microseconds of working time since the local day of the question began; earlier moments have negative
/// readings. The difference of two readings is the working time between them, whatever clock changes lie there:
/// what counts is the local time at which each real minute begins.
struct BusinessClock: Sendable {
    let hours: BusinessHours
    private let zone: Zone
    private let anchor: Int32
    /// Working time from the start of the day so many days before the anchor to that of the anchor.
    private var before: [Int64] = [0]
    /// Working time from the start of the anchor to that of the day so many days after it.
    private var after: [Int64] = [0]

    /// A clock for questions about the context's point.
    init(_ context: FoldContext) throws {
        hours = try BusinessHours(context)
        zone = context.zone
        anchor = context.clock.day
    }

    /// How many days ahead the clock goes.
    private static let horizon: Int32 = 3_660

    /// The reading at a moment, in microseconds since 1970-01-01T00:00:00Z; what is more than ten years ahead of
    /// the question is as far away as ten years.
    mutating func reading(at moment: Int64) -> Int64 {
        let latest = zone.start(of: LocalDay(number: anchor + Self.horizon)).microseconds
        let moment = min(moment, latest)
        let day = zone.day(of: Instant(microseconds: moment)).number
        return start(of: day) + worked(on: day, until: moment)
    }

    /// Whole minutes of working time between two moments.
    mutating func minutes(from start: Int64, to end: Int64) -> Int64 {
        (reading(at: end) - reading(at: start)) / 60_000_000
    }

    /// Whether a business day has gone by since a reading: as much working time as a whole one has.
    func isOverdue(_ reading: Int64, at now: Int64) -> Bool {
        now - reading >= hours.fullDay
    }

    /// The first moment with a reading; nil where there is none within ten years of the question.
    mutating func moment(of reading: Int64) -> Int64? {
        var day = anchor
        if reading > 0 {
            while start(of: day + 1) < reading {
                day += 1
                if day - anchor > Self.horizon { return nil }
            }
        } else {
            // Of a stretch without work the end of the last work before it has its reading first.
            while start(of: day) >= reading {
                day -= 1
                if anchor - day > Self.horizon { return nil }
            }
        }
        var missing = reading - start(of: day)
        for piece in pieces(of: day) {
            if missing <= piece.end - piece.start { return piece.start + missing }
            missing -= piece.end - piece.start
        }
        return nil
    }

    /// The reading when a local day begins.
    private mutating func start(of day: Int32) -> Int64 {
        let distance = Int(day) - Int(anchor)
        if distance >= 0 {
            while after.count <= distance {
                after.append(after[after.count - 1] + length(of: anchor + Int32(after.count - 1)))
            }
            return after[distance]
        }
        while before.count <= -distance {
            before.append(before[before.count - 1] + length(of: anchor - Int32(before.count)))
        }
        return -before[-distance]
    }

    private func length(of day: Int32) -> Int64 {
        guard hours.isWorked(day) else { return 0 }
        let local = LocalDay(number: day)
        let isPlain =
            zone.start(of: local.next).microseconds - zone.start(of: local).microseconds == 86_400_000_000
        return isPlain ? hours.fullDay : pieces(of: day).reduce(0) { $0 + $1.end - $1.start }
    }

    private func worked(on day: Int32, until moment: Int64) -> Int64 {
        var sum: Int64 = 0
        for piece in pieces(of: day) where piece.start < moment {
            sum += min(piece.end, moment) - piece.start
        }
        return sum
    }

    /// The stretches of real time of a local day in which work is done, in order.
    private func pieces(of day: Int32) -> [(start: Int64, end: Int64)] {
        guard hours.isWorked(day) else { return [] }
        let midnight = Int64(day) * 86_400_000_000
        var pieces: [(start: Int64, end: Int64)] = []
        for span in spans(of: LocalDay(number: day)) {
            for stretch in hours.stretches {
                let start = max(span.start, midnight + stretch.open - span.offset)
                let end = min(span.end, midnight + stretch.close - span.offset)
                if start < end { pieces.append((start, end)) }
            }
        }
        return pieces
    }

    /// The real time of a local day, cut where the offset from UTC changes.
    private func spans(of day: LocalDay) -> [(start: Int64, end: Int64, offset: Int64)] {
        let start = zone.start(of: day).microseconds
        let end = zone.start(of: day.next).microseconds
        guard start < end else { return [] }
        let first = offset(at: start)
        let last = offset(at: end - 1)
        guard first != last else { return [(start, end, first)] }
        // No day has two changes: the one there is is found by halving.
        var low = start
        var high = end - 1
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == first { low = middle } else { high = middle }
        }
        return [(start, high, first), (high, end, last)]
    }

    private func offset(at moment: Int64) -> Int64 {
        Int64(zone.offsetSeconds(at: Instant(microseconds: moment))) * 1_000_000
    }
}
