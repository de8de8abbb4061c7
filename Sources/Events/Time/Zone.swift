/// A time zone: which local day and time a moment is.
///
/// The rules are those of the IANA database as Foundation carries it. The changes of offset from 1850 to 2150
/// are read once, when the zone is made; before 1850 the first offset (local mean time) holds, after 2150
/// Foundation is asked every time.
public struct Zone: Sendable {
    /// The zone's name: an IANA name such as `Asia/Shanghai`, `UTC`, or an offset such as `+08:00`.
    public let identifier: String
    let offsets: ZoneOffsets

    /// UTC.
    public static let utc = Zone(identifier: "UTC", offsets: ZoneOffsets(fixed: 0))

    /// A zone by its name: an IANA name with its region (`Europe/Berlin`), `UTC`, or an offset (`+08:00`).
    /// Abbreviations such as `CST` are refused: they mean several zones.
    public init(identifier: String) throws(TimeError) {
        if identifier == "UTC" || identifier == "Z" {
            self = Zone.utc
        } else if let seconds = Zone.fixedOffset(identifier.utf8.span) {
            self.init(identifier: identifier, offsets: ZoneOffsets(fixed: seconds))
        } else {
            guard identifier.contains("/"), let offsets = ZoneOffsets(named: identifier) else {
                throw TimeError(
                    code: .unknownZone, text: identifier, reason: ZoneOffsets.advice(for: identifier))
            }
            self.init(identifier: identifier, offsets: offsets)
        }
    }

    private init(identifier: String, offsets: ZoneOffsets) {
        self.identifier = identifier
        self.offsets = offsets
    }

    /// Seconds east of UTC at a moment.
    public func offsetSeconds(at instant: Instant) -> Int {
        offsets.offset(atSecond: instant.microseconds.flooredQuotient(by: 1_000_000))
    }

    /// The offset at a moment, and how long it holds around it: for whoever asks about one moment after the other.
    public func stretch(at instant: Instant) -> ZoneStretch {
        offsets.stretch(atSecond: instant.microseconds.flooredQuotient(by: 1_000_000))
    }

    /// The local day of a moment.
    public func day(of instant: Instant) -> LocalDay {
        LocalDay(number: Int32(localMicroseconds(of: instant).flooredQuotient(by: Zone.microsecondsOfDay)))
    }

    /// The hour (0 to 23) and minute on the local clock at a moment.
    public func localTime(of instant: Instant) -> (hour: Int, minute: Int) {
        let local = localMicroseconds(of: instant)
        let day = local.flooredQuotient(by: Zone.microsecondsOfDay)
        let minutes = Int((local - day * Zone.microsecondsOfDay) / 60_000_000)
        return (minutes / 60, minutes % 60)
    }

    /// The first moment of a local day: midnight, or where clocks skip midnight the moment when they do. A day
    /// that a zone skipped altogether begins when the next one does.
    public func start(of day: LocalDay) -> Instant {
        Instant(microseconds: offsets.start(ofLocalSecond: Int64(day.number) * 86_400) * 1_000_000)
    }

    /// The moment when the local clock shows a time of a day. A time that occurs twice means the first; one
    /// that clocks skip is read by the offset before the skip, which makes it as much later.
    ///
    /// - Parameter microsecondOfDay: 0 to 86,399,999,999, as the clock shows it.
    public func instant(of day: LocalDay, microsecondOfDay: Int64) -> Instant {
        let local = Int64(day.number) * Zone.microsecondsOfDay + microsecondOfDay
        let second = local.flooredQuotient(by: 1_000_000)
        let before = offsets.offset(atSecond: second - 86_400)
        let after = offsets.offset(atSecond: second + 86_400)
        let isAfter =
            offsets.offset(atSecond: second - Int64(before)) != before
            && offsets.offset(atSecond: second - Int64(after)) == after
        return Instant(microseconds: local - Int64(isAfter ? after : before) * 1_000_000)
    }

    private static let microsecondsOfDay: Int64 = 86_400_000_000

    @inline(__always)
    private func localMicroseconds(of instant: Instant) -> Int64 {
        instant.microseconds + Int64(offsetSeconds(at: instant)) * 1_000_000
    }

    /// `±hh:mm` in seconds, or nil where the text is something else.
    private static func fixedOffset(_ text: Span<UInt8>) -> Int? {
        guard text.count == 6, text[3] == UInt8(ascii: ":"),
            text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
        else { return nil }
        let hours = text.decimal(at: 1, count: 2)
        let minutes = text.decimal(at: 4, count: 2)
        guard (0...23).contains(hours), (0...59).contains(minutes) else { return nil }
        return (hours * 3600 + minutes * 60) * (text[0] == UInt8(ascii: "-") ? -1 : 1)
    }
}

/// A stretch of time in which a zone has one offset.
public struct ZoneStretch: Sendable, Equatable {
    /// Seconds east of UTC.
    public let offsetSeconds: Int
    /// The moments, in seconds since 1970-01-01T00:00:00Z. The stretch may go on beyond.
    public let seconds: ClosedRange<Int64>
}

extension Zone: Equatable {
    /// Zones are equal when their names are.
    public static func == (left: Zone, right: Zone) -> Bool { left.identifier == right.identifier }
}

extension Int64 {
    /// The quotient rounded down, also for negative numbers. The divisor must be positive.
    @inline(__always)
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self - quotient * divisor < 0 ? quotient - 1 : quotient
    }
}
