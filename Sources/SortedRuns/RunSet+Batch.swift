public import LMDB

extension RunSet {
    /// Looks thousands of keys up at once: lends, for every key that stands anywhere, its number in `keys`
    /// and each of its positions, ascending. Absent keys, the usual case, cost a few nanoseconds a run.
    ///
    /// The order of the calls is by run, then by key, not by number.
    public func forEachMatch(
        of keys: [UInt64], in transaction: borrowing ReadTransaction,
        _ body: (_ number: Int, _ position: UInt64) throws -> Void
    ) throws {
        let runs = try catalogue(in: transaction).runs
        guard !runs.isEmpty, !keys.isEmpty else { return }
        var sorted = keys.indices.map { Posting(key: truncated(keys[$0]), position: UInt64($0)) }
        sorted.sortByKeyAndPosition()
        try transaction.withCursor(in: database) { cursor in
            for run in runs {
                for asked in try candidates(sorted, run, in: transaction) {
                    try match(asked, run, &cursor, body)
                }
            }
        }
    }

    /// The sorted keys that the filter of a run lets through. Its parts are read from end to end.
    private func candidates(
        _ sorted: [Posting], _ run: Run, in transaction: borrowing ReadTransaction
    ) throws -> [Posting] {
        guard run.filterBlockCount > 0 else { return sorted }
        var passed: [Posting] = []
        var next = 0
        while next < sorted.count {
            let block = RunFilter.block(of: sorted[next].key, in: run.filterBlockCount)
            let part = block / UInt64(RunFilter.blocksPerPart)
            let isThere = try transaction.value(for: filterKey(run.number, UInt32(part)), in: database) {
                bytes in
                let begin = part * UInt64(RunFilter.blocksPerPart)
                let end = min(begin + UInt64(bytes.count / RunFilter.blockByteCount), run.filterBlockCount)
                guard block < end else { throw filterDamaged(run) }
                let asked = sorted.span
                while next < asked.count {
                    let key = asked[next].key
                    let block = RunFilter.block(of: key, in: run.filterBlockCount)
                    guard block < end else { break }
                    let offset = Int(block - begin) * RunFilter.blockByteCount
                    if RunFilter.mayContain(key, bytes, at: offset) { passed.append(asked[next]) }
                    next += 1
                }
                return true
            }
            if isThere == nil { throw filterDamaged(run) }
        }
        return passed
    }

    private func match(
        _ asked: Posting, _ run: Run, _ cursor: inout Cursor,
        _ body: (_ number: Int, _ position: UInt64) throws -> Void
    ) throws {
        let stored = asked.key >> UInt64(64 - options.keyBits)
        _ = try ascend(stored, run, 0..<UInt64.max, &cursor) { position in
            try body(Int(asked.position), position)
            return true
        }
    }
}
