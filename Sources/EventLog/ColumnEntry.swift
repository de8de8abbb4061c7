/// The attributes of an event by which filters leave much: few values, each of many events.
enum ColumnKind: Int, CaseIterable {
    case type
    case actor
    case source
    case channel
}

/// What the columns hold of one event.
struct ColumnEntry: BitwiseCopyable {
    private var hashes: InlineArray<4, UInt32> = .init(repeating: 0)
    /// The minute in which it happened, counted from 1970-01-01T00:00Z.
    var minute: Int32

    /// The hash of an attribute; 0 where the event has none.
    subscript(kind: ColumnKind) -> UInt32 { hashes[kind.rawValue] }

    init(_ keys: IndexKeys, time: Int64) {
        minute = Self.minute(time)
        hashes[ColumnKind.type.rawValue] = IndexKeys.columnHash(keys[.type])
        hashes[ColumnKind.actor.rawValue] = IndexKeys.columnHash(keys[.actor])
        hashes[ColumnKind.source.rawValue] = keys.source
        hashes[ColumnKind.channel.rawValue] = keys.channel
    }

    /// The minute of a time in microseconds. Those of RFC 3339 all fit.
    static func minute(_ microseconds: Int64) -> Int32 {
        let length: Int64 = 60_000_000
        let minute = microseconds >= 0 ? microseconds / length : (microseconds - (length - 1)) / length
        return Int32(clamping: minute)
    }
}

/// What the columns are asked: whatever is set must hold. The hashes leave a few too many, never too few.
struct ColumnTest {
    /// The hashes of which an attribute must have one.
    private var wanted: [(kind: ColumnKind, hashes: [UInt32])] = []
    /// The minutes in which it must have happened.
    var minutes: ClosedRange<Int32> = .min ... .max

    /// Whether anything is asked.
    var asksNothing: Bool { wanted.isEmpty && minutes == .min ... .max }

    /// Asks that an attribute is one of some texts.
    mutating func require(_ kind: ColumnKind, among texts: [String]) {
        wanted.append((kind, texts.map { IndexKeys.columnHash(IndexKeys.key($0.utf8.span)) }))
    }

    /// The places in a chunk that pass, of those given, ascending; nil stands for all within `range`.
    func places(
        of chunk: ColumnChunk, _ bytes: Span<UInt8>, within range: Range<Int>, among given: [Int]?
    ) -> [Int] {
        guard chunk.minutes.overlaps(minutes) else { return [] }
        var tests: [(kind: ColumnKind, codes: [Bool])] = []
        for (kind, hashes) in wanted {
            switch chunk.match(kind, hashes, bytes) {
            case .none: return []
            case .all: continue
            case .some(let codes): tests.append((kind, codes))
            }
        }
        let isWithin =
            minutes.contains(chunk.minutes.lowerBound) && minutes.contains(chunk.minutes.upperBound)
        guard var places = given else {
            if tests.isEmpty, isWithin { return Array(range) }
            return masked(chunk, bytes, range, tests, isWithin: isWithin)
        }
        for (kind, codes) in tests {
            places = chunk.filter(kind, by: codes, bytes, within: range, among: places)
        }
        return isWithin ? places : chunk.filter(by: minutes, bytes, within: range, among: places)
    }

    private func masked(
        _ chunk: ColumnChunk, _ bytes: Span<UInt8>, _ range: Range<Int>,
        _ tests: [(kind: ColumnKind, codes: [Bool])], isWithin: Bool
    ) -> [Int] {
        var mask = [UInt8](repeating: 1, count: range.count)
        for (kind, codes) in tests { chunk.mask(&mask, kind, by: codes, bytes, within: range) }
        if !isWithin { chunk.mask(&mask, by: minutes, bytes, within: range) }
        var places: [Int] = []
        let passed = mask.span
        for index in passed.indices where passed[index] != 0 { places.append(range.lowerBound + index) }
        return places
    }
}
