public import LMDB

/// The size and shape of an index.
public struct RunSetStatistics: Sendable, Equatable {
    /// Runs, of all sizes.
    public let runCount: Int
    /// Postings in all runs.
    public let postingCount: UInt64
    /// Keys, counted once in each run that has them.
    public let keyCount: UInt64
    /// Bytes of blocks.
    public let byteCount: UInt64
    /// Bytes of filters.
    public let filterByteCount: UInt64
    /// The first position that is not covered.
    public let coveredEnd: UInt64
}

extension RunSet {
    /// The size and shape of the index.
    public func statistics(in transaction: borrowing ReadTransaction) throws -> RunSetStatistics {
        let catalogue = try catalogue(in: transaction)
        return RunSetStatistics(
            runCount: catalogue.runs.count,
            postingCount: catalogue.runs.reduce(0) { $0 + $1.postingCount },
            keyCount: catalogue.runs.reduce(0) { $0 + $1.keyCount },
            byteCount: catalogue.runs.reduce(0) { $0 + $1.byteCount },
            filterByteCount: catalogue.runs.reduce(0) { $0 + $1.filterBlockCount }
                * UInt64(RunFilter.blockByteCount),
            coveredEnd: catalogue.coveredEnd)
    }

    /// Lends every posting, run by run, each in order of key and position. Keys come without the bits that
    /// are not kept. For checks.
    ///
    /// - Throws: `damaged` when a run does not hold what the catalogue says, or is out of order.
    public func forEachPosting(
        in transaction: borrowing ReadTransaction, _ body: (Posting) throws -> Void
    ) throws {
        let catalogue = try catalogue(in: transaction)
        try transaction.withCursor(in: database) { cursor in
            var end: UInt64 = 0
            for run in catalogue.runs {
                guard run.covering.lowerBound >= end else {
                    throw SortedRunsError.damaged(index: index, "run \(run.number) overlaps the one before")
                }
                end = run.covering.upperBound
                try walk(run, &cursor, body)
            }
        }
    }

    private func walk(_ run: Run, _ cursor: inout Cursor, _ body: (Posting) throws -> Void) throws {
        var count: UInt64 = 0
        var last: Posting?
        var isPlaced = try cursor.seek(atLeast: blockKey(run.number, 0, 0))
        while isPlaced, isInBlocks(run, cursor) {
            try decoding(run, cursor) { block, bytes in
                var reader = try GroupReader(block, bytes)
                while try reader.nextGroup(block, bytes) {
                    while reader.remaining > 0 {
                        let position = try reader.nextPosition(bytes) &+ run.covering.lowerBound
                        let shift = UInt64(64 - options.keyBits)
                        let posting = Posting(key: reader.key << shift, position: position)
                        let isAfter = last.map { $0.key < posting.key || $0.position < position } ?? true
                        guard isAfter, run.covering.contains(position) else { throw BlockDamage() }
                        try body(posting)
                        last = posting
                        count += 1
                    }
                }
            }
            isPlaced = try cursor.next()
        }
        guard count == run.postingCount else {
            throw SortedRunsError.damaged(
                index: index, "run \(run.number) holds \(count) postings instead of \(run.postingCount)")
        }
    }
}
