import Events
import LMDB
import SortedRuns

/// Whether the sorted runs hold exactly what the lines say.
struct IndexComparison {
    let storage: LogStorage
    /// The events below this position are in sorted runs.
    let covered: UInt64
    /// The sums over the lines.
    let expected: IndexSums

    /// Into how many parts the keys of an index are cut, each read in a transaction of its own.
    private static let partCount: UInt64 = 64

    /// What is wrong, or nil. Where a sum differs, the first event that an index does not find is looked for.
    func finding() throws -> LogFinding? {
        for kind in IndexKind.allCases where try isCovered(kind) {
            let found = try sums(kind)
            guard
                found.sums[kind.rawValue] != expected.sums[kind.rawValue]
                    || found.counts[kind.rawValue] != expected.counts[kind.rawValue]
            else { continue }
            return try firstMissing(kind)
                ?? LogFinding(
                    .index, at: nil,
                    "the index of \(kind)s holds \(found.counts[kind.rawValue]) entries where the events have "
                        + "\(expected.counts[kind.rawValue]), or entries of other events")
        }
        return nil
    }

    /// A younger index of an older ledger may still be made.
    private func isCovered(_ kind: IndexKind) throws -> Bool {
        let snapshot = try LogSnapshot(storage)
        return try storage.indexes.runs(kind).coveredEnd(in: snapshot.transaction) >= covered
    }

    private func sums(_ kind: IndexKind) throws -> IndexSums {
        var sums = IndexSums(seed: expected.seed)
        let width = UInt64.max / Self.partCount + 1
        for part in 0..<Self.partCount {
            let snapshot = try LogSnapshot(storage)
            let keys = part * width...(part * width + (width - 1))
            try storage.indexes.runs(kind).forEachPosition(ofKeys: keys, in: snapshot.transaction) {
                key, position in
                if position < covered { sums.add(kind.rawValue, key: key >> 16, position) }
                return true
            }
        }
        return sums
    }

    private func firstMissing(_ kind: IndexKind) throws -> LogFinding? {
        var start: UInt64 = 0
        while start < covered {
            let end = min(start + LogVerifier.unitCount, covered)
            let snapshot = try LogSnapshot(storage)
            var missing: UInt64?
            try storage.forEachLine(from: start, upTo: end, in: snapshot.transaction) { line, place in
                let keys = IndexKeys(line, try LineFields(line, position: place.position))
                guard keys[kind] != 0 else { return true }
                let isAbsent = try storage.indexes.forEachPosition(
                    kind, key: keys[kind], within: place.position..<place.position + 1, descending: false,
                    in: snapshot.transaction
                ) { _ in false }
                if isAbsent { missing = place.position }
                return !isAbsent
            }
            if let missing {
                return LogFinding(
                    .index, at: missing,
                    "the index of \(kind)s does not find the event at position \(missing)")
            }
            start = end
        }
        return nil
    }
}
