import Foundation

/// The offsets of a zone from UTC in the course of time. All times are in seconds since 1970-01-01T00:00:00Z.
struct ZoneOffsets: Sendable {
    /// 1850-01-01 and 2150-01-01: between them the changes are known.
    private static let first: Int64 = -3_786_912_000
    private static let end: Int64 = 5_680_281_600
    /// Moments are looked up by blocks of 2^20 seconds, twelve days: in a block there is at most one change,
    /// or a few.
    private static let blockBits: Int64 = 20

    /// When each offset begins; the first one has always held.
    private var starts: [Int64] = [.min]
    private var offsets: [Int32]
    /// Which offset holds at the beginning of each block; empty where there is only one.
    private var blocks: [UInt16] = []
    private var foundation: TimeZone?

    /// One offset for ever.
    init(fixed seconds: Int) {
        offsets = [Int32(seconds)]
    }

    /// The offsets of a named zone, or nil where Foundation knows none such.
    init?(named name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        foundation = zone
        offsets = [Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(Self.first))))]
        // Foundation names them after daylight saving, but gives all changes of offset.
        var date = Date(timeIntervalSince1970: Double(Self.first))
        while let change = zone.nextDaylightSavingTimeTransition(after: date), change > date {
            let second = Int64(change.timeIntervalSince1970)
            guard second < Self.end else { break }
            let offset = Int32(zone.secondsFromGMT(for: change))
            if offset != offsets[offsets.count - 1] {
                starts.append(second)
                offsets.append(offset)
            }
            date = change
        }
        indexBlocks()
    }

    private mutating func indexBlocks() {
        let count = Int((Self.end - Self.first) >> Self.blockBits) + 1
        blocks.reserveCapacity(count)
        var interval = 0
        for block in 0..<count {
            let start = Self.first + Int64(block) << Self.blockBits
            while interval + 1 < starts.count, starts[interval + 1] <= start { interval += 1 }
            blocks.append(UInt16(interval))
        }
    }

    /// Seconds east of UTC.
    @inline(__always)
    func offset(atSecond second: Int64) -> Int {
        if blocks.isEmpty || second < Self.first { return Int(offsets[0]) }
        if second >= Self.end { return lateOffset(atSecond: second) }
        return Int(offsets[interval(atSecond: second)])
    }

    /// The offset of a moment with the stretch around it in which it is known to hold.
    func stretch(atSecond second: Int64) -> ZoneStretch {
        if blocks.isEmpty { return ZoneStretch(offsetSeconds: Int(offsets[0]), seconds: .min ... .max) }
        if second < Self.first {
            return ZoneStretch(offsetSeconds: Int(offsets[0]), seconds: .min...Self.first - 1)
        }
        if second >= Self.end {
            return ZoneStretch(offsetSeconds: lateOffset(atSecond: second), seconds: second...second)
        }
        let interval = interval(atSecond: second)
        let next = interval + 1 < starts.count ? starts[interval + 1] : Self.end
        return ZoneStretch(
            offsetSeconds: Int(offsets[interval]), seconds: max(starts[interval], Self.first)...next - 1)
    }

    @inline(__always)
    private func interval(atSecond second: Int64) -> Int {
        var interval = Int(blocks[Int((second - Self.first) >> Self.blockBits)])
        while interval + 1 < starts.count, starts[interval + 1] <= second { interval += 1 }
        return interval
    }

    private func lateOffset(atSecond second: Int64) -> Int {
        foundation?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))) ?? Int(offsets[0])
    }

    /// The first moment when the local clock shows a time or a later one.
    func start(ofLocalSecond local: Int64) -> Int64 {
        // No offset is as large as a day: a day before, the time is still to come.
        let before = local - 86_400
        if blocks.isEmpty || local + 86_400 < Self.first { return local - Int64(offsets[0]) }
        if local + 86_400 >= Self.end { return lateStart(ofLocalSecond: local) }
        var interval = before < Self.first ? 0 : interval(atSecond: before)
        while interval + 1 < starts.count, starts[interval + 1] + Int64(offsets[interval]) <= local {
            interval += 1
        }
        return max(starts[interval], local - Int64(offsets[interval]))
    }

    /// The same by bisection, for times whose changes are not in the table.
    private func lateStart(ofLocalSecond local: Int64) -> Int64 {
        var low = local - 86_400
        var high = local + 86_400
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if middle + Int64(offset(atSecond: middle)) >= local { high = middle } else { low = middle }
        }
        return high
    }

    /// What to write instead of a name that is none.
    static func advice(for name: String) -> String {
        let near = similarNames(to: name)
        guard near.isEmpty else { return "no such time zone; did you mean \(near.joined(separator: ", "))?" }
        return "no such time zone; expected an IANA name like Europe/Berlin, UTC, or an offset like +08:00"
    }

    private static func similarNames(to name: String) -> [String] {
        let wanted = name.lowercased()
        let city = wanted.split(separator: "/").last.map(String.init) ?? ""
        var near: [(distance: Int, name: String)] = []
        for known in TimeZone.knownTimeZoneIdentifiers where known.contains("/") {
            let other = known.lowercased()
            let otherCity = other.split(separator: "/").last.map(String.init) ?? ""
            let distance = otherCity == city ? 0 : editDistance(Array(wanted.utf8), Array(other.utf8))
            if distance <= 2 { near.append((distance, known)) }
        }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// Levenshtein's distance: insertions, deletions and replacements of bytes.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= 2 else { return 3 }
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
