import Events
import LMDB
import Merkle

/// Reads a stretch of lines, checks what can be seen of them there, and hashes them. It has a read
/// transaction of its own, and ends it soon.
struct UnitScan {
    /// What was seen of a unit.
    struct Outcome: Sendable {
        /// How many lines were read.
        var count: UInt64 = 0
        var leaves: [TreeHash] = []
        /// The roots of the full tiles of leaves.
        var tileRoots: [TreeHash] = []
        var firstRecorded: Int64 = .min
        var lastRecorded: Int64 = .min
        var sums: IndexSums
        /// What the columns should hold, of the events that they cover.
        var columns: [ColumnEntry] = []
        var finding: LogFinding?

        /// Keeps the finding that is first in the log; what the tree says goes before what a line says.
        mutating func note(_ found: LogFinding) {
            guard let known = finding, let place = known.position, let new = found.position else {
                finding = finding ?? found
                return
            }
            if new <= place { finding = found }
        }
    }

    let storage: LogStorage
    let plan: VerificationPlan
    /// What reads the values; nil where they are not looked at.
    let values: ValueScans?
    /// The number of events that the log held when the verification began.
    let size: UInt64
    /// Only postings of events below these positions are in sorted runs and columns.
    let coverage: IndexCoverage
    let seed: UInt64

    /// What is to be said of a unit.
    func outcome(of range: Range<UInt64>) throws -> Outcome {
        var nobody: ValueScan?
        guard let values else { return try outcome(of: range, &nobody) }
        return try values.lend { try outcome(of: range, &$0) }
    }

    private func outcome(of range: Range<UInt64>, _ values: inout ValueScan?) throws -> Outcome {
        var outcome = Outcome(sums: IndexSums(seed: seed))
        if plan.log { outcome.leaves.reserveCapacity(Int(range.count)) }
        if values != nil { outcome.columns.reserveCapacity(Int(range.count)) }
        do {
            let snapshot = try LogSnapshot(storage)
            let covered = try storage.indexes.values.coveredEnd(in: snapshot.transaction)
            values?.begin(gathering: range.lowerBound < covered)
            try scan(range, &values, snapshot, &outcome)
            try compareValues(range, below: covered, &values, snapshot, &outcome)
            try compareColumns(from: range.lowerBound, snapshot, &outcome)
            if plan.log { try compare(range, snapshot, &outcome) }
        } catch let finding as LogFinding {
            outcome.note(finding)
            // Where lines are missing, those that are there may still show an earlier change.
            if plan.log { try compareWhatIsThere(range, &outcome) }
        }
        return outcome
    }

    // MARK: Lines

    private func scan(
        _ range: Range<UInt64>, _ values: inout ValueScan?, _ snapshot: LogSnapshot, _ outcome: inout Outcome
    ) throws {
        try snapshot.transaction.withCursor(in: storage.lines) { cursor in
            var next = range.lowerBound
            var block: [UInt8] = []
            var starts: [UInt32] = []
            var isPlaced = try cursor.seek(before: Key(next + 1))
            while next < range.upperBound {
                guard isPlaced else { throw Self.gap(at: next, before: nil) }
                try cursor.withCurrent { key, value in
                    guard key.count == 8 else {
                        throw LogFinding(.inserted, at: next, "a key of the lines is no position")
                    }
                    let first = key.bigEndianUInt64(at: 0)
                    guard first <= next else { throw Self.gap(at: next, before: first) }
                    if first < next, next != range.lowerBound {
                        throw LogFinding(
                            .inserted, at: first, "the line at position \(first) stands there twice")
                    }
                    if BlockHeader.isPacked(value) {
                        try Self.reading(first) {
                            try BlockHeader.unpacked(value, first: first, by: storage.packer, into: &block)
                        }
                        next = try scan(
                            block.span, first, from: next, of: range, &starts, &values, snapshot, &outcome)
                    } else {
                        next = try scan(
                            value, first, from: next, of: range, &starts, &values, snapshot, &outcome)
                    }
                }
                if next < range.upperBound {
                    let before = next
                    isPlaced = try cursor.next()
                    if isPlaced {
                        let first = cursor.withKey { $0.count == 8 ? $0.bigEndianUInt64(at: 0) : 0 }
                        if first > before { throw Self.gap(at: before, before: first) }
                    }
                }
            }
        }
    }

    /// Looks at the lines of a plain block that lie in the unit; the position behind them.
    ///
    /// - Parameter starts: a buffer, used again from block to block.
    private func scan(
        _ value: Span<UInt8>, _ first: UInt64, from start: UInt64, of range: Range<UInt64>,
        _ starts: inout [UInt32], _ values: inout ValueScan?, _ snapshot: LogSnapshot,
        _ outcome: inout Outcome
    ) throws -> UInt64 {
        let shape = try Self.reading(first) { try BlockShape(value, first: first) }
        guard shape.end > start else { return start }
        starts.removeAll(keepingCapacity: true)
        var linesEnd: UInt32 = 0
        // Hashed together, and also those before one that cannot be read.
        defer {
            if plan.log, !starts.isEmpty {
                starts.append(linesEnd)
                TreeHasher.appendLeaves(of: value, starts: starts.span, to: &outcome.leaves)
            }
        }
        var times = RecordedTimes()
        do {
            _ = try shape.forEachLine(from: start, upTo: range.upperBound, in: value) { place in
                starts.append(UInt32(place.range.lowerBound))
                linesEnd = UInt32(place.range.upperBound)
                do {
                    let recorded = try times.recorded(place, in: value)
                    try checkTime(recorded, place, shape, &outcome)
                    try values?.check(value.extracting(place.range), place, in: coverage, snapshot, &outcome)
                } catch let finding as LogFinding {
                    outcome.note(finding)
                }
                outcome.count += 1
                return true
            }
        } catch let error as LogError where error.category == .damaged {
            throw LogFinding(.changed, at: range.lowerBound + outcome.count, error.message)
        }
        return min(shape.end, range.upperBound)
    }

    /// Gives a block that cannot be read the form of a finding.
    private static func reading<Result>(_ first: UInt64, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as LogError {
            throw LogFinding(.changed, at: first, error.message)
        }
    }

    private static func gap(at position: UInt64, before later: UInt64?) -> LogFinding {
        guard let later else {
            return LogFinding(
                .tailCut, at: position,
                "the lines end at position \(position), before the log's head: the tail was cut")
        }
        return LogFinding(
            .missing, at: position,
            "no line stands from position \(position) to \(later): events are missing")
    }

    /// Checks that recorded times do not run backwards, and that a block's header names that of its first line.
    private func checkTime(
        _ recorded: Int64, _ place: BlockShape.Line, _ shape: BlockShape, _ outcome: inout Outcome
    ) throws {
        if outcome.firstRecorded == .min { outcome.firstRecorded = recorded }
        guard recorded >= outcome.lastRecorded else {
            throw LogFinding(
                .time, at: place.position,
                "the event at position \(place.position) was recorded before the one before it")
        }
        outcome.lastRecorded = recorded
        guard place.position != shape.first || recorded == shape.firstRecorded else {
            throw LogFinding(
                .time, at: place.position,
                "the block at position \(place.position) names another recorded time than its first line")
        }
    }
}

/// Reads the recorded times of a block's lines, which must stand where the block says. Those of one commit are
/// the same text, which is read once.
private struct RecordedTimes {
    private static let name: StaticString = "\"recordedtime\":\""
    /// Where in the block the last one stands, with its name and its closing quote.
    private var known = 0..<0
    private var microseconds: Int64 = 0

    mutating func recorded(_ place: BlockShape.Line, in block: Span<UInt8>) throws -> Int64 {
        let start = place.range.lowerBound + place.recordedOffset - Self.name.utf8CodeUnitCount
        let end = start + known.count
        if !known.isEmpty, start >= place.range.lowerBound, end <= place.range.upperBound,
            block.extracting(start..<end).isEqual(to: block.extracting(known))
        {
            return microseconds
        }
        let digits = start + Self.name.utf8CodeUnitCount
        guard start >= place.range.lowerBound, block.spells(Self.name, at: start..<digits) else {
            throw LogFinding(
                .changed, at: place.position,
                "the line at position \(place.position) does not hold its recorded time where its block says")
        }
        do {
            microseconds = try LogStorage.recorded(block.extracting(place.range), place)
        } catch {
            throw LogFinding(.time, at: place.position, "\(error)")
        }
        var quote = digits
        while quote < place.range.upperBound, block[quote] != UInt8(ascii: "\"") { quote += 1 }
        known = start..<min(quote + 1, place.range.upperBound)
        return microseconds
    }
}
