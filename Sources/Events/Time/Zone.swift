import Foundation

/// A time zone: which local day and time a moment is.
public struct Zone: Sendable {
    /// The zone's name: an IANA name such as `Asia/Shanghai`, `UTC`, or an offset such as `+08:00`.
    public let identifier: String

    private let foundation: TimeZone

    /// A zone by its name.
    public init(identifier: String) throws(TimeError) {
        guard let zone = TimeZone(identifier: identifier) else {
            throw TimeError(
                code: .unknownZone, text: identifier,
                reason: "no such time zone; expected one like Europe/Berlin")
        }
        self.identifier = identifier
        foundation = zone
    }

    /// Seconds east of UTC at a moment.
    public func offsetSeconds(at instant: Instant) -> Int {
        foundation.secondsFromGMT(
            for: Date(timeIntervalSince1970: Double(instant.microseconds) / 1_000_000))
    }

    /// The local day of a moment.
    public func day(of instant: Instant) -> LocalDay {
        let local = instant.microseconds + Int64(offsetSeconds(at: instant)) * 1_000_000
        let days = local >= 0 ? local / 86_400_000_000 : (local - 86_399_999_999) / 86_400_000_000
        return LocalDay(number: Int32(days))
    }

    /// The hour (0 to 23) and minute on the local clock at a moment.
    public func localTime(of instant: Instant) -> (hour: Int, minute: Int) {
        let local = instant.microseconds + Int64(offsetSeconds(at: instant)) * 1_000_000
        let days = local >= 0 ? local / 86_400_000_000 : (local - 86_399_999_999) / 86_400_000_000
        let minutes = Int((local - days * 86_400_000_000) / 60_000_000)
        return (minutes / 60, minutes % 60)
    }

    /// The first moment of a local day.
    public func start(of day: LocalDay) -> Instant {
        let midnight = Int64(day.number) * 86_400_000_000
        let guess = Instant(microseconds: midnight - 86_400_000_000)
        let before = Instant(microseconds: midnight - Int64(offsetSeconds(at: guess)) * 1_000_000)
        return Instant(microseconds: midnight - Int64(offsetSeconds(at: before)) * 1_000_000)
    }
}
