public import LMDB

extension RunSet {
    /// Lends the positions of all keys in a range, run by run and by key within a run, and checks on the way what
    /// else a lookup relies on: that runs follow one another, that blocks stand under their first key and
    /// position, that keys and positions ascend within what a run covers, and that filters let every key through.
    ///
    /// - Throws: `damaged` where one of these does not hold.
    public func forEachCheckedPosition(
        ofKeys range: ClosedRange<UInt64>, in transaction: borrowing ReadTransaction,
        _ body: (_ key: UInt64, _ position: UInt64) -> Void
    ) throws {
        let shift = UInt64(64 - options.keyBits)
        let stored = range.lowerBound >> shift...range.upperBound >> shift
        var end: UInt64 = 0
        for run in try catalogue(in: transaction).runs {
            guard run.covering.lowerBound >= end else {
                throw SortedRunsError.damaged(index: index, "run \(run.number) overlaps the one before")
            }
            end = run.covering.upperBound
            var filter = FilterCheck(run)
            try transaction.withCursor(in: database) { cursor in
                var isPlaced = try seekBlock(run, stored.lowerBound, 0, &cursor)
                if !isPlaced {
                    isPlaced = try cursor.seek(atLeast: blockKey(run.number, stored.lowerBound, 0))
                }
                while isPlaced, isInBlocks(run, cursor) {
                    let goesOn = try check(stored, run, cursor, &filter, in: transaction, body)
                    guard goesOn else { return }
                    isPlaced = try cursor.next()
                }
            }
        }
    }

    /// Lends what one block has of the keys; false where it ends behind them.
    private func check(
        _ keys: ClosedRange<UInt64>, _ run: Run, _ cursor: borrowing Cursor, _ filter: inout FilterCheck,
        in transaction: borrowing ReadTransaction, _ body: (UInt64, UInt64) -> Void
    ) throws -> Bool {
        let shift = UInt64(64 - options.keyBits)
        let (firstKey, firstPosition) = cursor.withKey {
            ($0.bigEndianUInt64(at: 7), $0.bigEndianUInt64(at: 15))
        }
        return try decoding(run, cursor) { block, bytes in
            var reader = try GroupReader(block, bytes)
            var last: UInt64?
            while try reader.nextGroup(block, bytes) {
                let isFirst = last == nil
                guard isFirst ? reader.key == firstKey : reader.key > (last ?? 0) else { throw BlockDamage() }
                last = reader.key
                if reader.key > keys.upperBound, !isFirst { return false }
                let isWanted = keys.contains(reader.key)
                if isWanted { try filter.check(reader.key << shift, self, in: transaction) }
                var least: UInt64?
                while reader.remaining > 0 {
                    let position = try reader.nextPosition(bytes) &+ run.covering.lowerBound
                    if isFirst, least == nil, position != firstPosition { throw BlockDamage() }
                    guard least.map({ $0 < position }) ?? true, run.covering.contains(position) else {
                        throw BlockDamage()
                    }
                    least = position
                    if isWanted { body(reader.key << shift, position) }
                }
            }
            // A restart that stands at no group would lead a lookup astray.
            guard reader.nextRestart == block.restartCount else { throw BlockDamage() }
            return (last ?? 0) <= keys.upperBound
        }
    }

    /// Whether the filter of a run lets the keys through that it holds; they come ascending.
    private struct FilterCheck {
        private let run: Run
        /// The part at hand, and which blocks it has.
        private var part: [UInt8] = []
        private var blocks: Range<UInt64> = 0..<0

        init(_ run: Run) { self.run = run }

        mutating func check(_ key: UInt64, _ set: RunSet, in transaction: borrowing ReadTransaction) throws {
            guard run.filterBlockCount > 0 else { return }
            let block = RunFilter.block(of: key, in: run.filterBlockCount)
            if !blocks.contains(block) {
                let number = block / UInt64(RunFilter.blocksPerPart)
                part =
                    try transaction.copy(of: set.filterKey(run.number, UInt32(number)), in: set.database)
                    ?? []
                let first = number * UInt64(RunFilter.blocksPerPart)
                blocks = first..<first + UInt64(part.count / RunFilter.blockByteCount)
                guard blocks.contains(block) else { throw set.filterDamaged(run) }
            }
            let offset = Int(block - blocks.lowerBound) * RunFilter.blockByteCount
            guard RunFilter.mayContain(key, part.span, at: offset) else {
                throw SortedRunsError.damaged(
                    index: set.index,
                    "the filter of run \(run.number) does not let through a key that it holds")
            }
        }
    }
}
