import Dispatch
import Events
import LMDB
import Merkle
import SortedRuns
import Synchronization

/// One verification of the log, while others may append: what the log held when it began is looked at, in units
/// that each have a short read transaction of their own.
struct LogVerifier {
    private let storage: LogStorage
    private let plan: VerificationPlan
    private let origin: String
    private let head: HeadRecord
    private let coverage: IndexCoverage
    /// What reads the values, where they are looked at.
    private let values: ValueScans?
    private var sums: IndexSums
    /// The tree over the roots of the full tiles of leaves: its level 0 is the tree's level 1.
    private var upper = TreeBuilder()
    /// The leaves behind the last full tile.
    private var lastLeaves: [TreeHash] = []
    private var lastRecorded: Int64 = .min
    private var next: UInt64 = 0
    private var findings: [LogFinding] = []
    /// What is wrong with how far the indexes reach: no reason not to look at the lines.
    private var indexFindings: [LogFinding] = []

    init(_ storage: LogStorage, plan: VerificationPlan, schemas: SchemaRegistry, origin: String) throws {
        self.storage = storage
        self.plan = plan
        self.origin = origin
        let snapshot = try LogSnapshot(storage)
        head = snapshot.head
        values = plan.values ? ValueScans(schemas) : nil
        var coverage = IndexCoverage()
        do { coverage = try Self.coverage(of: storage, in: snapshot.transaction) } catch let error
            as SortedRunsError
        {
            indexFindings.append(LogFinding(.index, at: nil, error.message))
        }
        if IndexKind.original.contains(where: { coverage[$0] != coverage[.customer] }) {
            indexFindings.append(LogFinding(.index, at: nil, "the indexes do not all cover the same events"))
        }
        if coverage.last > head.count {
            indexFindings.append(
                LogFinding(
                    .index, at: head.count,
                    "the indexes cover \(coverage.last) events, the log holds \(head.count)"))
        }
        if let finding = try Self.end(of: storage, head.count, in: snapshot.transaction) {
            findings.append(finding)
        }
        // Where the tree is not looked at, there is nothing of it to go on with.
        let tiles = plan.log ? (plan.resumed?.next ?? 0) / UInt64(TileAddress.fullWidth) : 0
        if let resumed = plan.resumed, resumed.next <= head.count,
            let upper = TreeBuilder(size: tiles, partialTiles: resumed.tiles)
        {
            self.upper = upper
            next = resumed.next
            lastRecorded = resumed.lastRecorded
            coverage = resumed.coverage
            sums = resumed.sums
        } else {
            sums = IndexSums(seed: UInt64.random(in: .min ... .max))
        }
        self.coverage = coverage
    }

    private static func coverage(
        of storage: LogStorage, in transaction: borrowing ReadTransaction
    ) throws -> IndexCoverage {
        var coverage = IndexCoverage()
        for kind in IndexKind.allCases {
            coverage[kind] = try storage.indexes.runs(kind).coveredEnd(in: transaction)
        }
        coverage.columns = try storage.indexes.columns.coveredEnd(in: transaction)
        return coverage
    }

    /// Lines behind the head, which nobody wrote.
    private static func end(
        of storage: LogStorage, _ count: UInt64, in transaction: borrowing ReadTransaction
    ) throws -> LogFinding? {
        try transaction.withCursor(in: storage.lines) { cursor in
            guard try cursor.last() else {
                return LogFinding(.tailCut, at: 0, "the log holds no lines at all")
            }
            return cursor.withCurrent { key, value in
                guard key.count == 8 else {
                    return LogFinding(.inserted, at: nil, "a key of the lines is no position")
                }
                let first = key.bigEndianUInt64(at: 0)
                let end = (try? BlockShape.extent(value, first: first))?.end ?? count
                guard end > count else { return nil }
                return LogFinding(
                    .inserted, at: count, "lines stand behind the log's head at \(count), up to \(end)")
            }
        }
    }

    /// Looks at everything; stops behind the stretch with the first finding.
    ///
    /// - Parameters:
    ///   - progress: called with the events done and their number; false stops.
    ///   - save: called with a state that a later run can go on from.
    mutating func run(
        progress: (UInt64, UInt64) -> Bool, save: (VerificationState) throws -> Void
    ) throws -> LogVerification {
        let start = next
        while next < head.count, findings.isEmpty {
            guard progress(next, head.count) else { return result(from: start, checkpoints: 0) }
            let end = min(next + plan.stretchCount, head.count)
            try stretch(next..<end)
            next = end
            if findings.isEmpty, end % plan.stretchCount == 0 { try save(state) }
        }
        _ = progress(next, head.count)
        if plan.log, findings.isEmpty { try compareRoot() }
        if plan.values, findings.isEmpty, indexFindings.isEmpty {
            let comparison = IndexComparison(
                storage: storage, coverage: coverage, expected: sums, workers: plan.workers)
            if let finding = try comparison.finding() { findings.append(finding) }
        }
        // Where the lines are not what they were, checkpoints would only say the same again.
        guard plan.log, findings.isEmpty else {
            return result(from: start, checkpoints: 0)
        }
        let comparison = CheckpointComparison(storage: storage, plan: plan, origin: origin)
        let compared = try comparison.run()
        findings += compared.findings
        return result(from: start, checkpoints: compared.count)
    }

    private func result(from start: UInt64, checkpoints: Int) -> LogVerification {
        LogVerification(
            size: head.count, checked: next - start, checkpoints: checkpoints,
            findings: (findings + indexFindings).sorted { ($0.position ?? .max) < ($1.position ?? .max) })
    }

    private var state: VerificationState {
        VerificationState(
            origin: origin, parts: [plan.log, plan.values], next: next, lastRecorded: lastRecorded,
            tiles: upper.partialTiles, coverage: coverage, sums: sums)
    }

    // MARK: Stretches

    private mutating func stretch(_ range: Range<UInt64>) throws {
        let starts = Array(stride(from: range.lowerBound, to: range.upperBound, by: Int(plan.unitCount)))
        let scan = UnitScan(
            storage: storage, plan: plan, values: values, size: head.count, coverage: coverage,
            seed: sums.seed)
        let outcomes = Mutex([Result<UnitScan.Outcome, any Error>?](repeating: nil, count: starts.count))
        let taken = Atomic(0)
        let unitCount = plan.unitCount
        DispatchQueue.concurrentPerform(iterations: max(1, min(plan.workers, starts.count))) { _ in
            while true {
                let number = taken.add(1, ordering: .relaxed).oldValue
                guard number < starts.count else { return }
                let end = min(starts[number] + unitCount, range.upperBound)
                let outcome = Result { try scan.outcome(of: starts[number]..<end) }
                outcomes.withLock { $0[number] = outcome }
            }
        }
        for (start, outcome) in zip(starts, outcomes.withLock { $0 }) {
            guard let outcome = try outcome?.get() else { preconditionFailure("a unit was left out") }
            try take(outcome, from: start)
            if !findings.isEmpty { return }
        }
    }

    private mutating func take(_ outcome: UnitScan.Outcome, from start: UInt64) throws {
        if let finding = outcome.finding {
            findings.append(finding)
            return
        }
        if outcome.firstRecorded < lastRecorded {
            findings.append(
                LogFinding(
                    .time, at: start, "the event at position \(start) was recorded before the one before it"))
            return
        }
        lastRecorded = outcome.lastRecorded
        sums.add(outcome.sums)
        for root in outcome.tileRoots { upper.append(root) }
        if plan.log {
            lastLeaves = Array(outcome.leaves[(outcome.tileRoots.count * TileAddress.fullWidth)...])
            try compareUpperTiles()
        }
    }

    // MARK: Tree

    private mutating func compareUpperTiles() throws {
        for tile in upper.takeFullTiles() {
            try compare(
                tile.hashes, at: TileAddress(level: tile.address.level + 1, index: tile.address.index))
        }
    }

    private mutating func compare(_ hashes: [TreeHash], at address: TileAddress) throws {
        guard !hashes.isEmpty, findings.isEmpty else { return }
        let snapshot = try LogSnapshot(storage)
        let span = UInt64(1) << UInt64(8 * address.level)
        let first = address.index * span * UInt64(TileAddress.fullWidth)
        do {
            let stored = try storage.tile(address, inTreeOf: head.count, in: snapshot.transaction)
            guard
                let place = zip(hashes, stored).enumerated().first(where: { $0.element.0 != $0.element.1 })?
                    .offset
            else { return }
            let start = first + UInt64(place) * span
            findings.append(
                LogFinding(
                    .tree, at: start,
                    "the tree over the \(span) events from position \(start) on is not the one that was written: "
                        + "one of them was changed together with its leaf, or the tree was"))
        } catch let error as LogError where error.category == .damaged {
            findings.append(LogFinding(.tree, at: first, error.message))
        }
    }

    private mutating func compareRoot() throws {
        for level in upper.partialTiles.indices {
            let index = upper.size >> UInt64(8 * (level + 1))
            try compare(upper.partialTiles[level], at: TileAddress(level: level + 1, index: index))
        }
        guard findings.isEmpty else { return }
        let tree = TreeBuilder(size: head.count, partialTiles: [lastLeaves] + upper.partialTiles)
        guard tree?.root.bytes != head.root else { return }
        let first = head.count - UInt64(lastLeaves.count)
        findings.append(
            LogFinding(
                lastLeaves.isEmpty ? .tree : .changed, at: lastLeaves.isEmpty ? nil : first,
                lastLeaves.isEmpty
                    ? "the root that the log's head names is not the one over its events"
                    : "one of the last \(lastLeaves.count) events, from position \(first) on, is not the one that was "
                        + "written, or the head was changed"))
    }
}
