import LMDB

/// The attributes of all events in chunks, in the order of the log: what the indexes are to filters that few
/// events pass, these are to those that many pass. To look at ten million events takes some milliseconds.
///
/// They are derived. Another layout takes another number, and is made again from the lines.
struct LogColumns: Sendable {
    /// What the keys of chunks begin with, where those of indexes have their number.
    private static let number: UInt8 = 0x40
    private static let endKey = Key(number).appending(0 as UInt8)
    private static let chunkPrefix = Key(number).appending(1 as UInt8)

    private let database: Database

    init(_ database: Database) { self.database = database }

    private static func key(_ position: UInt64) -> Key { chunkPrefix.appending(position) }

    /// The events below this position are in chunks.
    func coveredEnd(in transaction: borrowing ReadTransaction) throws -> UInt64 {
        try transaction.value(for: Self.endKey, in: database) { bytes in
            bytes.count >= 8 ? bytes.bigEndianUInt64(at: 0) : 0
        } ?? 0
    }

    /// Writes the chunks of the events that follow those that are covered.
    func add(
        _ entries: [ColumnEntry], from start: UInt64, in transaction: inout WriteTransaction
    ) throws {
        var first = 0
        while first < entries.count {
            let end = min(entries.count, first + ColumnChunk.capacity)
            let value = ColumnChunk.encode(entries[first..<end])
            try transaction.put(value.span, for: Self.key(start + UInt64(first)), in: database)
            first = end
        }
        var end: [UInt8] = []
        end.append(bigEndian: start + UInt64(entries.count))
        try transaction.put(end.span, for: Self.endKey, in: database)
    }

    /// Lends the chunks that hold events in a range, which must be covered, each with its first position.
    func forEachChunk(
        of range: Range<UInt64>, in transaction: borrowing ReadTransaction,
        _ body: (_ first: UInt64, ColumnChunk, Span<UInt8>) throws -> Void
    ) throws {
        try transaction.withCursor(in: database) { cursor in
            var next = range.lowerBound
            var isPlaced = try cursor.seek(before: Self.key(next + 1))
            while isPlaced, next < range.upperBound {
                next = try cursor.withCurrent { key, value in
                    guard let first = Self.first(key) else { throw Self.missing(next) }
                    let chunk = try ColumnChunk(value)
                    let end = first + UInt64(chunk.count)
                    // Chunks stand one behind another: only the one that the range begins in may begin earlier.
                    guard first == next || first < next && next == range.lowerBound, next < end else {
                        throw Self.missing(next)
                    }
                    try body(first, chunk, value)
                    return end
                }
                isPlaced = try cursor.next()
            }
            guard next >= range.upperBound else { throw Self.missing(next) }
            let isOverlaid = isPlaced && cursor.withKey { Self.first($0).map { $0 < next } ?? false }
            if isOverlaid { throw Self.missing(next) }
        }
    }

    /// The first position of the chunk that a key is of; nil where it is of something else.
    private static func first(_ key: Span<UInt8>) -> UInt64? {
        guard key.count == chunkPrefix.count + 8, key[0] == number, key[1] == 1 else { return nil }
        return key.bigEndianUInt64(at: chunkPrefix.count)
    }

    private static func missing(_ position: UInt64) -> LogError {
        LogError(.damaged, "the columns of the log lack position \(position), which they say they cover")
    }
}

extension LogStorage {
    /// Makes up for the younger indexes of a ledger that an earlier program wrote: some ten thousand events to
    /// a commit, until they cover what the original indexes do. Does nothing where they do already.
    func makeUpForDetails(while goOn: () -> Bool) throws {
        let eventsPerStep: UInt64 = 65_536
        while goOn() {
            let (start, end) = try environment.read { transaction in
                (try indexes.detailsEnd(in: transaction), try indexes.coveredEnd(in: transaction))
            }
            guard start < end else { return }
            var tail = TailIndex(base: start)
            try environment.read { transaction in
                try tail.scan(upTo: min(end, start + eventsPerStep), of: self, in: transaction)
            }
            try environment.write { transaction in
                guard try indexes.detailsEnd(in: transaction.reading) == start else { return }
                try indexes.addDetails(tail, in: &transaction)
            }
        }
    }
}
