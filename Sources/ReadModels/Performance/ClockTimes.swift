import Events
import Projection
import Statistics

/// When on the customer's own clock purchases were made: DOMAIN.md section 13.
struct ClockTimes: Sendable {
    /// The hours that count as night: from 22:00 up to 6:00, 8 of 24.
    static func isNight(_ hour: Int) -> Bool { hour >= 22 || hour < 6 }

    /// By hour of the local clock.
    private(set) var hours = InlineArray<24, Int32>(repeating: 0)
    /// On Saturdays and Sundays.
    private(set) var weekend: Int32 = 0
    /// The times of day.
    private(set) var mean = CircularMean()
    private let angles = ClockAngles()

    var night: Int32 {
        var night: Int32 = 0
        for hour in hours.indices where Self.isNight(hour) { night += hours[hour] }
        return night
    }

    mutating func removeAll() {
        guard mean.count > 0 else { return }
        hours = InlineArray(repeating: 0)
        weekend = 0
        mean = CircularMean()
    }

    /// Takes a moment that a local clock shows.
    @inline(__always)
    mutating func add(_ moment: LocalMoment) {
        hours[Int(moment.second / 3_600)] += 1
        if moment.isWeekend { weekend += 1 }
        mean.add(angles.direction(second: Int(moment.second), microsecond: Int(moment.microsecond)))
    }
}

/// A moment on the local clock.
struct LocalMoment: BitwiseCopyable, Sendable {
    /// The second of the day, as the clock shows it.
    let second: Int32
    /// The microsecond of that second.
    let microsecond: Int32
    let isWeekend: Bool

    /// A moment in microseconds UTC where clocks are so many seconds ahead of it.
    @inline(__always)
    init(_ time: Int64, offsetSeconds: Int) {
        let local = time + Int64(offsetSeconds) * 1_000_000
        let day = local >= 0 ? local / 86_400_000_000 : (local - 86_399_999_999) / 86_400_000_000
        let rest = local - day * 86_400_000_000
        second = Int32(rest / 1_000_000)
        microsecond = Int32(rest % 1_000_000)
        isWeekend = LocalDay(number: Int32(day)).weekday >= 6
    }
}
