/// When something was done, by both clocks.
struct ClockMark: Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    var moment: Int64
    /// The reading of the business clock.
    var reading: Int64
}

/// What is opened at some time and then takes its time: durations are in whole minutes.
protocol TimedCase: Sendable {
    /// When it was opened.
    var opened: ClockMark { get }
}

extension TimedCase {
    /// Calendar minutes from the opening to a mark.
    func calendarMinutes(to mark: ClockMark) -> Int64 {
        (mark.moment - opened.moment) / 60_000_000
    }

    /// Working minutes from the opening to a mark.
    func businessMinutes(to mark: ClockMark) -> Int64 {
        (mark.reading - opened.reading) / 60_000_000
    }
}
