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
        var finding: LogFinding?

        /// Runs a check whose finding does not keep the rest from being looked at.
        mutating func noting(_ check: (inout Outcome) throws -> Void) throws {
            do { try check(&self) } catch let finding as LogFinding { note(finding) }
        }

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
    let schemas: SchemaRegistry
    /// The number of events that the log held when the verification began.
    let size: UInt64
    /// Only postings of events below this position are in sorted runs.
    let covered: UInt64
    let seed: UInt64

    func outcome(of range: Range<UInt64>) throws -> Outcome {
        var outcome = Outcome(sums: IndexSums(seed: seed))
        if plan.log { outcome.leaves.reserveCapacity(Int(range.count)) }
        do {
            let snapshot = try LogSnapshot(storage)
            try scan(range, snapshot, &outcome)
            if plan.log { try compare(range, snapshot, &outcome) }
        } catch let finding as LogFinding {
            outcome.note(finding)
            // Where lines are missing, those that are there may still show an earlier change.
            if plan.log { try compareWhatIsThere(range, &outcome) }
        }
        return outcome
    }

    // MARK: Lines

    private func scan(_ range: Range<UInt64>, _ snapshot: LogSnapshot, _ outcome: inout Outcome) throws {
        let values = plan.values ? ValueScan(schemas: schemas, snapshot: snapshot) : nil
        try snapshot.transaction.withCursor(in: storage.lines) { cursor in
            var next = range.lowerBound
            var block: [UInt8] = []
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
                        next = try scan(block.span, first, from: next, of: range, values, &outcome)
                    } else {
                        next = try scan(value, first, from: next, of: range, values, &outcome)
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
    private func scan(
        _ value: Span<UInt8>, _ first: UInt64, from start: UInt64, of range: Range<UInt64>,
        _ values: ValueScan?, _ outcome: inout Outcome
    ) throws -> UInt64 {
        let shape = try Self.reading(first) { try BlockShape(value, first: first) }
        guard shape.end > start else { return start }
        do {
            _ = try shape.forEachLine(from: start, upTo: range.upperBound, in: value) { place in
                let line = value.extracting(place.range)
                if plan.log { outcome.leaves.append(TreeHasher.leaf(line)) }
                try outcome.noting {
                    try Self.checkTime(line, place, shape, &$0)
                    if let keys = try values?.check(line, at: place.position), place.position < covered {
                        $0.sums.add(keys, at: place.position)
                    }
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
    private static func checkTime(
        _ line: Span<UInt8>, _ place: BlockShape.Line, _ shape: BlockShape, _ outcome: inout Outcome
    ) throws {
        let recorded = try recorded(line, place)
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

    /// The recorded time of a line, which must be the value of the member of that name.
    private static func recorded(_ line: Span<UInt8>, _ place: BlockShape.Line) throws -> Int64 {
        let name: StaticString = "\"recordedtime\":\""
        let start = place.recordedOffset - name.utf8CodeUnitCount
        guard start >= 0, line.spells(name, at: start..<place.recordedOffset) else {
            throw LogFinding(
                .changed, at: place.position,
                "the line at position \(place.position) does not hold its recorded time where its block says")
        }
        do {
            return try LogStorage.recorded(line, place)
        } catch {
            throw LogFinding(.time, at: place.position, "\(error)")
        }
    }

    // MARK: Tiles

    private func compare(_ range: Range<UInt64>, _ snapshot: LogSnapshot, _ outcome: inout Outcome) throws {
        let width = UInt64(TileAddress.fullWidth)
        for first in stride(from: range.lowerBound, to: range.upperBound, by: TileAddress.fullWidth)
        where first + width <= range.upperBound {
            let leaves = outcome.leaves[Int(first - range.lowerBound)..<Int(first - range.lowerBound + width)]
            let address = TileAddress(level: 0, index: first / width)
            let stored: [TreeHash]
            do {
                stored = try storage.tile(address, inTreeOf: size, in: snapshot.transaction)
            } catch let error as LogError where error.category == .damaged {
                throw LogFinding(.tree, at: first, error.message)
            }
            if let place = zip(leaves, stored).enumerated().first(where: { $0.element.0 != $0.element.1 })?
                .offset
            {
                throw LeafChange(
                    lines: Array(outcome.leaves[Int(first - range.lowerBound)...]),
                    tiles: try storedLeaves(from: first, snapshot)
                ).finding(first: first, place: place)
            }
            outcome.tileRoots.append(TreeHasher.rootOfFullSubtree(leaves))
        }
    }

    private func storedLeaves(from first: UInt64, _ snapshot: LogSnapshot) throws -> [TreeHash] {
        let index = first / UInt64(TileAddress.fullWidth)
        var hashes: [TreeHash] = []
        for index in index..<index + 2 {
            let address = TileAddress(level: 0, index: index)
            guard address.width(inTreeOf: size) == TileAddress.fullWidth else { break }
            hashes += try storage.tile(address, inTreeOf: size, in: snapshot.transaction)
        }
        return hashes
    }

    /// Compares the lines that were read before a finding with the tiles.
    private func compareWhatIsThere(_ range: Range<UInt64>, _ outcome: inout Outcome) throws {
        let whole = outcome.leaves.count / TileAddress.fullWidth * TileAddress.fullWidth
        guard whole > 0 else { return }
        do {
            let part = range.lowerBound..<range.lowerBound + UInt64(whole)
            outcome.tileRoots = []
            try compare(part, try LogSnapshot(storage), &outcome)
        } catch let finding as LogFinding {
            outcome.note(finding)
        }
    }
}
