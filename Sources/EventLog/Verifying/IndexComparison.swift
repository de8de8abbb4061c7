import Dispatch
import Events
import LMDB
import SortedRuns
import Synchronization

/// Whether the sorted runs hold exactly what the lines say.
struct IndexComparison {
    let storage: LogStorage
    let coverage: IndexCoverage
    /// The sums over the lines.
    let expected: IndexSums
    /// How many parts are read side by side.
    let workers: Int

    /// Into how many parts the keys of an index are cut, each read in a transaction of its own.
    private static let partCount: UInt64 = 64
    /// How many events are looked for in one transaction.
    private static let stretchCount: UInt64 = 8_192

    /// What is wrong, or nil. Where a sum differs, the first event that an index does not find is looked for.
    func finding() throws -> LogFinding? {
        let found: IndexSums
        do { found = try sums() } catch let error as SortedRunsError where error.code == .damaged {
            return LogFinding(.index, at: nil, error.message)
        }
        for kind in IndexKind.allCases where found[kind] != expected[kind] {
            return try firstMissing(kind)
                ?? LogFinding(
                    .index, at: nil,
                    "the index of \(kind)s holds \(found[kind].count) entries where the events have "
                        + "\(expected[kind].count), or entries of other events")
        }
        return nil
    }

    /// The sums over all runs. Parts of indexes are taken by whoever is free.
    private func sums() throws -> IndexSums {
        let parts = IndexKind.allCases.flatMap { kind in (0..<Self.partCount).map { (kind, $0) } }
        let taken = Atomic(0)
        let total = Mutex(IndexSums(seed: expected.seed))
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: max(1, workers)) { _ in
            var own = IndexSums(seed: expected.seed)
            do {
                while true {
                    let number = taken.add(1, ordering: .relaxed).oldValue
                    guard number < parts.count, failure.withLock({ $0 == nil }) else { break }
                    own[parts[number].0].add(try sum(parts[number].0, part: parts[number].1))
                }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
            total.withLock { [own] in $0.add(own) }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return total.withLock { $0 }
    }

    private func sum(_ kind: IndexKind, part: UInt64) throws -> IndexSums.Sum {
        let width = UInt64.max / Self.partCount + 1
        let keys = part * width...(part * width + (width - 1))
        let end = coverage[kind]
        let seed = expected.seed
        let snapshot = try LogSnapshot(storage)
        var sum = IndexSums.Sum()
        try storage.indexes.runs(kind).forEachCheckedPosition(ofKeys: keys, in: snapshot.transaction) {
            key, position in
            if position < end { sum.add(key >> 16, position, seed: seed) }
        }
        return sum
    }

    private func firstMissing(_ kind: IndexKind) throws -> LogFinding? {
        var start: UInt64 = 0
        let covered = coverage[kind]
        while start < covered {
            let end = min(start + Self.stretchCount, covered)
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

extension IndexSums.Sum {
    mutating func add(_ other: IndexSums.Sum) {
        sum &+= other.sum
        count += other.count
    }
}
