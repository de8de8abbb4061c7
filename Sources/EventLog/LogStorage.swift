import Events
import LMDB
import Merkle
import SortedRuns

/// The databases of `log/`, and how what is in them is found. It holds no transaction: each call names one,
/// so that readers and the writer use the same code.
struct LogStorage: Sendable {
    let environment: LMDBEnvironment
    let lines: Database
    let tiles: Database
    let state: Database
    let indexes: LogIndexes
    let packer = BlockPacker()
    /// Lines are read one at a time through this; who reads them in order unpacks for itself.
    let unpacked = BlockCache()

    /// Opens the databases of an environment, or makes them in a new one.
    init(_ environment: LMDBEnvironment, create: Bool = false) throws(LogError) {
        self.environment = environment
        do {
            lines = try environment.database(LogFormat.lines, create: create)
            tiles = try environment.database(LogFormat.tiles, create: create)
            state = try environment.database(LogFormat.state, create: create)
            indexes = LogIndexes(try environment.database(LogIndexes.database, create: create))
        } catch {
            throw LogError(error)
        }
    }

    /// Throws where the log was written by a newer program.
    func checkVersion(in transaction: borrowing ReadTransaction) throws {
        let version = try transaction.value(for: LogFormat.versionKey, in: state) { bytes in
            bytes.count >= 4 ? bytes.bigEndianUInt32(at: 0) : 0
        }
        guard let version, version > 0 else {
            throw LogError(.damaged, "\(environment.folder) does not say which format it has: it is no log")
        }
        guard version <= LogFormat.version else {
            throw LogError(
                .newerVersion,
                "\(environment.folder) has format \(version), this program reads up to \(LogFormat.version); "
                    + "use a newer version of Daybook")
        }
    }

    /// The record about the log as a whole.
    func head(in transaction: borrowing ReadTransaction) throws -> HeadRecord {
        let head = try transaction.value(for: LogFormat.headKey, in: state) { HeadRecord($0) }
        guard let head = head ?? nil else {
            throw LogError(.damaged, "\(environment.folder) has no record of its head")
        }
        return head
    }

    /// What was fixed when the ledger was made.
    func facts(in transaction: borrowing ReadTransaction) throws -> LedgerFacts {
        let text = try transaction.copy(of: LogFormat.ledgerKey, in: state) ?? []
        guard let facts = LedgerFacts(json: text) else {
            throw LogError(.damaged, "\(environment.folder) has no readable record of its zone and currency")
        }
        return facts
    }

    // MARK: Lines

    /// Lends the line at a position, which must be below the head.
    func withLine<Result>(
        at position: UInt64, in transaction: borrowing ReadTransaction,
        _ body: (Span<UInt8>, BlockShape.Line) throws -> Result
    ) throws -> Result {
        try transaction.withCursor(in: lines) { cursor in
            try withLine(at: position, cursor: &cursor, body)
        }
    }

    /// Lends the line at a position by a cursor that is used again.
    func withLine<Result>(
        at position: UInt64, cursor: inout Cursor,
        _ body: (Span<UInt8>, BlockShape.Line) throws -> Result
    ) throws -> Result {
        guard try cursor.seek(before: Key(position + 1)) else { throw missing(position) }
        return try cursor.withCurrent { key, value in
            let first = key.bigEndianUInt64(at: 0)
            guard BlockHeader.isPacked(value) else {
                return try withLine(at: position, ofBlock: value, first: first, body)
            }
            let block = try unpacked.block(at: first) {
                var block: [UInt8] = []
                try BlockHeader.unpacked(value, first: first, by: packer, into: &block)
                return block
            }
            return try withLine(at: position, ofBlock: block.span, first: first, body)
        }
    }

    private func withLine<Result>(
        at position: UInt64, ofBlock block: Span<UInt8>, first: UInt64,
        _ body: (Span<UInt8>, BlockShape.Line) throws -> Result
    ) throws -> Result {
        let shape = try BlockShape(block, first: first)
        guard position < shape.end else { throw missing(position) }
        let line = try shape.line(at: position, in: block)
        return try body(block.extracting(line.range), line)
    }

    /// Lends the lines from one position up to another in order, until `body` returns false.
    func forEachLine(
        from start: UInt64, upTo end: UInt64, in transaction: borrowing ReadTransaction,
        _ body: (Span<UInt8>, BlockShape.Line) throws -> Bool
    ) throws {
        guard start < end else { return }
        try transaction.withCursor(in: lines) { cursor in
            var next = start
            var isPlaced = try cursor.seek(before: Key(start + 1))
            var block: [UInt8] = []
            while isPlaced, next < end {
                let goOn = try cursor.withCurrent { key, value in
                    let first = key.bigEndianUInt64(at: 0)
                    guard BlockHeader.isPacked(value) else {
                        return try forEachLine(from: &next, upTo: end, ofBlock: value, first: first, body)
                    }
                    try BlockHeader.unpacked(value, first: first, by: packer, into: &block)
                    return try forEachLine(from: &next, upTo: end, ofBlock: block.span, first: first, body)
                }
                guard goOn else { return }
                isPlaced = try cursor.next()
            }
            guard next >= end else { throw missing(next) }
        }
    }

    private func forEachLine(
        from next: inout UInt64, upTo end: UInt64, ofBlock block: Span<UInt8>, first: UInt64,
        _ body: (Span<UInt8>, BlockShape.Line) throws -> Bool
    ) throws -> Bool {
        let shape = try BlockShape(block, first: first)
        guard shape.first <= next, next < shape.end else { throw missing(next) }
        let isWhole = try shape.forEachLine(from: next, upTo: end, in: block) { line in
            try body(block.extracting(line.range), line)
        }
        next = shape.end
        return isWhole
    }

    private func missing(_ position: UInt64) -> LogError {
        LogError(.damaged, "the log holds no line at position \(position), though its head lies behind it")
    }

    /// The recorded time in a line.
    static func recorded(_ line: Span<UInt8>, _ place: BlockShape.Line) throws -> Int64 {
        var end = place.recordedOffset
        while end < line.count, line[end] != UInt8(ascii: "\"") { end += 1 }
        do {
            return try Instant(parsing: line.extracting(place.recordedOffset..<end)).microseconds
        } catch {
            throw LogError(.damaged, "the line at position \(place.position) has no readable recorded time")
        }
    }

    /// How many events were recorded at an instant or before.
    func count(knownAt instant: Int64, head: HeadRecord, in transaction: borrowing ReadTransaction) throws
        -> UInt64
    {
        if instant >= head.lastRecorded { return head.count }
        return try transaction.withCursor(in: lines) { cursor in
            // Blocks that begin at `low` or before begin in time, those at `high` or behind do not.
            var low: UInt64 = 0
            var high = head.count
            while low + 1 < high {
                let middle = low + (high - low) / 2
                guard try cursor.seek(before: Key(middle + 1)) else { throw missing(middle) }
                let (first, end, recorded) = try cursor.withCurrent { key, value in
                    let first = key.bigEndianUInt64(at: 0)
                    let extent = try BlockShape.extent(value, first: first)
                    return (first, extent.end, extent.firstRecorded)
                }
                if recorded <= instant {
                    if end >= high { break }
                    low = max(middle, end - 1)
                } else {
                    high = min(first, middle)
                }
            }
            guard high > 0 else { return 0 }
            return try countInBlock(of: high - 1, knownAt: instant, below: high, &cursor)
        }
    }

    private func countInBlock(
        of position: UInt64, knownAt instant: Int64, below end: UInt64, _ cursor: inout Cursor
    ) throws -> UInt64 {
        guard try cursor.seek(before: Key(position + 1)) else { throw missing(position) }
        let first = cursor.withCurrent { key, _ in key.bigEndianUInt64(at: 0) }
        var count = first
        var block: [UInt8] = []
        try cursor.withCurrent { key, value in
            if BlockHeader.isPacked(value) {
                try BlockHeader.unpacked(value, first: first, by: packer, into: &block)
            } else {
                block.append(lent: value)
            }
        }
        var next = first
        _ = try forEachLine(from: &next, upTo: end, ofBlock: block.span, first: first) { line, place in
            guard try Self.recorded(line, place) <= instant else { return false }
            count = place.position + 1
            return true
        }
        return count
    }
}
