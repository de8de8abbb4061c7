public import LMDB

extension RunSet {
    /// Lends the positions of all keys in a range, run by run and by key within a run, until `body` returns
    /// false: for keys whose upper bits alone are known. Filters cannot help here.
    public func forEachPosition(
        ofKeys range: ClosedRange<UInt64>, in transaction: borrowing ReadTransaction,
        _ body: (_ key: UInt64, _ position: UInt64) throws -> Bool
    ) throws {
        let shift = UInt64(64 - options.keyBits)
        let stored = range.lowerBound >> shift...range.upperBound >> shift
        let runs = try catalogue(in: transaction).runs
        guard !runs.isEmpty else { return }
        try transaction.withCursor(in: database) { cursor in
            for run in runs {
                guard try walk(stored, run, &cursor, { key, position in try body(key << shift, position) })
                else { return }
            }
        }
    }

    private func walk(
        _ keys: ClosedRange<UInt64>, _ run: Run, _ cursor: inout Cursor,
        _ body: (UInt64, UInt64) throws -> Bool
    ) throws -> Bool {
        var isPlaced = try seekBlock(run, keys.lowerBound, 0, &cursor)
        if !isPlaced { isPlaced = try cursor.seek(atLeast: blockKey(run.number, keys.lowerBound, 0)) }
        while isPlaced, isInBlocks(run, cursor) {
            var isBehind = false
            let goOn = try decoding(run, cursor) { block, bytes in
                var reader = try GroupReader(block, bytes, before: keys.lowerBound)
                while try reader.nextGroup(block, bytes) {
                    if reader.key > keys.upperBound {
                        isBehind = true
                        return true
                    }
                    guard keys.contains(reader.key) else { continue }
                    while reader.remaining > 0 {
                        let position = try reader.nextPosition(bytes) &+ run.covering.lowerBound
                        guard try body(reader.key, position) else { return false }
                    }
                }
                return true
            }
            guard goOn else { return false }
            if isBehind { return true }
            isPlaced = try cursor.next()
        }
        return true
    }
}
