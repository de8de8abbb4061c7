public import LMDB

extension RunSet {
    /// The direction in which positions are lent.
    public enum Order: Sendable {
        /// Oldest first.
        case ascending
        /// Newest first.
        case descending
    }

    /// The positions of a key, at most `limit`, in the order asked for.
    ///
    /// - Parameters:
    ///   - range: only positions in it; everything by default.
    ///   - limit: how many at most, counted from the end at which the order begins.
    public func positions(
        of key: UInt64, in transaction: borrowing ReadTransaction,
        within range: Range<UInt64> = 0..<UInt64.max,
        order: Order = .ascending, limit: Int = .max
    ) throws -> [UInt64] {
        var found: [UInt64] = []
        guard limit > 0 else { return found }
        try forEachPosition(of: key, in: transaction, within: range, order: order) { position in
            found.append(position)
            return found.count < limit
        }
        return found
    }

    /// Lends the positions of a key, one by one, until `body` returns false.
    public func forEachPosition(
        of key: UInt64, in transaction: borrowing ReadTransaction,
        within range: Range<UInt64> = 0..<UInt64.max,
        order: Order = .ascending, _ body: (UInt64) throws -> Bool
    ) throws {
        guard !range.isEmpty else { return }
        let runs = try catalogue(in: transaction).runs.filter { $0.covering.overlaps(range) }
        guard !runs.isEmpty else { return }
        let stored = key >> UInt64(64 - options.keyBits)
        try transaction.withCursor(in: database) { cursor in
            for run in order == .ascending ? runs : runs.reversed() {
                guard try mayContain(key, run, in: transaction) else { continue }
                let goOn =
                    switch order {
                    case .ascending: try ascend(stored, run, range, &cursor, body)
                    case .descending: try descend(stored, run, range, &cursor, body)
                    }
                guard goOn else { return }
            }
        }
    }

    /// How often a key stands in what is covered. Costs one look into each run, however long the lists are.
    public func count(of key: UInt64, in transaction: borrowing ReadTransaction) throws -> Int {
        let stored = key >> UInt64(64 - options.keyBits)
        let runs = try catalogue(in: transaction).runs
        guard !runs.isEmpty else { return 0 }
        return try transaction.withCursor(in: database) { cursor in
            var total = 0
            for run in runs where try mayContain(key, run, in: transaction) {
                guard try seekBlock(run, stored, .max, &cursor) else { continue }
                total += try decoding(run, cursor) { block, bytes throws(BlockDamage) in
                    guard let reader = try GroupReader(of: stored, block, bytes) else { return 0 }
                    let isFirst = try block.restart(0, bytes).key == stored
                    return reader.count + (isFirst ? Int(clamping: block.preceding) : 0)
                }
            }
            return total
        }
    }

    /// Whether a key may stand in what is covered: false is certain. Without a filter, always true.
    public func mayContain(_ key: UInt64, in transaction: borrowing ReadTransaction) throws -> Bool {
        for run in try catalogue(in: transaction).runs where try mayContain(key, run, in: transaction) {
            return true
        }
        return false
    }

    private func mayContain(
        _ key: UInt64, _ run: Run, in transaction: borrowing ReadTransaction
    ) throws -> Bool {
        guard run.filterBlockCount > 0 else { return true }
        let kept = truncated(key)
        let block = RunFilter.block(of: kept, in: run.filterBlockCount)
        let part = UInt32(block / UInt64(RunFilter.blocksPerPart))
        let offset = Int(block % UInt64(RunFilter.blocksPerPart)) * RunFilter.blockByteCount
        let answer = try transaction.value(for: filterKey(run.number, part), in: database) { bytes in
            guard offset + RunFilter.blockByteCount <= bytes.count else { throw filterDamaged(run) }
            return RunFilter.mayContain(kept, bytes, at: offset)
        }
        guard let answer else { throw filterDamaged(run) }
        return answer
    }

    func filterDamaged(_ run: Run) -> SortedRunsError {
        .damaged(index: index, "run \(run.number) lacks a part of its filter")
    }

    /// A key without the bits that are not kept, at the place where it was.
    func truncated(_ key: UInt64) -> UInt64 {
        let shift = UInt64(64 - options.keyBits)
        return (key >> shift) << shift
    }

    /// Moves to the last block of a run that begins at or before a key and position; false when the run
    /// begins behind it.
    func seekBlock(_ run: Run, _ key: UInt64, _ position: UInt64, _ cursor: inout Cursor) throws -> Bool {
        let target = blockKey(run.number, key, position)
        if try cursor.seek(atLeast: target) {
            if cursor.withKey({ bytes in bytes.equals(target) }) { return true }
            guard try cursor.previous() else { return false }
        } else {
            guard try cursor.last() else { return false }
        }
        return isInBlocks(run, cursor)
    }

    /// Whether the cursor stands on a block of the run.
    func isInBlocks(_ run: Run, _ cursor: borrowing Cursor) -> Bool {
        cursor.withKey { bytes in
            bytes.count == 23 && bytes[0] == index && bytes[1] == 1
                && bytes.bigEndianUInt32(at: 2) == run.number && bytes[6] == 0
        }
    }

    /// The first key of the block at the cursor.
    private func firstKey(_ cursor: borrowing Cursor) -> UInt64 {
        cursor.withKey { $0.bigEndianUInt64(at: 7) }
    }

    /// Lends the block at the cursor, turning damage into an error that names the run.
    func decoding<Result>(
        _ run: Run, _ cursor: borrowing Cursor,
        _ body: (Block, Span<UInt8>) throws -> Result
    ) throws -> Result {
        try cursor.withValue { bytes in
            do { return try body(try Block(bytes), bytes) } catch is BlockDamage {
                throw SortedRunsError.damaged(index: index, "a block of run \(run.number) cannot be read")
            }
        }
    }

    /// Lends the positions of a stored key in one run; false when `body` or the range said to stop.
    func ascend(
        _ key: UInt64, _ run: Run, _ range: Range<UInt64>, _ cursor: inout Cursor,
        _ body: (UInt64) throws -> Bool
    ) throws -> Bool {
        var isPlaced = try seekBlock(run, key, range.lowerBound, &cursor)
        if !isPlaced { isPlaced = try cursor.seek(atLeast: blockKey(run.number, key, range.lowerBound)) }
        while isPlaced, isInBlocks(run, cursor), firstKey(cursor) <= key {
            let goOn = try decoding(run, cursor) { block, bytes in
                guard var reader = try GroupReader(of: key, block, bytes) else { return true }
                while reader.remaining > 0 {
                    let position = try reader.nextPosition(bytes) &+ run.covering.lowerBound
                    if position >= range.upperBound { return false }
                    if position >= range.lowerBound, try !body(position) { return false }
                }
                return true
            }
            guard goOn else { return false }
            isPlaced = try cursor.next()
        }
        return true
    }

    private func descend(
        _ key: UInt64, _ run: Run, _ range: Range<UInt64>, _ cursor: inout Cursor,
        _ body: (UInt64) throws -> Bool
    ) throws -> Bool {
        var isPlaced = try seekBlock(run, key, range.upperBound - 1, &cursor)
        var stretch: [UInt64] = []
        while isPlaced, isInBlocks(run, cursor) {
            stretch.removeAll(keepingCapacity: true)
            try decoding(run, cursor) { block, bytes in
                guard var reader = try GroupReader(of: key, block, bytes) else { return }
                while reader.remaining > 0 {
                    let position = try reader.nextPosition(bytes) &+ run.covering.lowerBound
                    if position >= range.upperBound { break }
                    stretch.append(position)
                }
            }
            for position in stretch.reversed() {
                if position < range.lowerBound { return false }
                if try !body(position) { return false }
            }
            guard firstKey(cursor) == key else { break }
            isPlaced = try cursor.previous()
        }
        return true
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are those of a key.
    func equals(_ key: Key) -> Bool {
        guard count == key.count else { return false }
        for index in indices where self[index] != key[index] { return false }
        return true
    }
}
