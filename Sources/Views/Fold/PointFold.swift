import Dispatch
import Projection
import Synchronization

/// Folds the customers of a snapshot at one point.
struct PointFold {
    let scope: FoldScope
    let layout: LaneLayout

    /// What came of the customers.
    struct Outcome {
        var customers: [UInt32]
        var runs: [any FoldRun]
        var count = FoldCount()
    }

    /// Folds everybody, each worker a range of customers. What it gives does not depend on the workers.
    func everybody(
        _ segments: [SegmentImage], workers: Int, customerCount: UInt32,
        begin: () throws -> [any FoldRun]
    ) throws -> Outcome {
        let ranges = Self.ranges(segments, parts: workers, customerCount: customerCount, apart: [])
        let pieces = try pieces(ranges.map(\.range), segments, begin: begin)
        return Self.joined(pieces.dropFirst(), to: pieces[0]) { $0.take($1) }
    }

    /// Folds everybody in stretches of customers that follow one another, and hands over what came of each: so that
    /// never more than the results of a few stretches are held.
    func stretches(
        _ segments: [SegmentImage], workers: Int, customerCount: UInt32,
        begin: () throws -> [any FoldRun], body: (Outcome) throws -> Void
    ) throws {
        let count = Int(customerCount) / Self.customersPerStretch + 1
        let ranges = Self.ranges(segments, parts: count, customerCount: customerCount, apart: []).map(\.range)
        for start in stride(from: 0, to: ranges.count, by: workers) {
            let next = Array(ranges[start..<min(start + workers, ranges.count)])
            for piece in try pieces(next, segments, begin: begin) { try body(piece) }
        }
    }

    private static let customersPerStretch = 16_384

    /// Folds ranges of customers at once, each with runs of its own.
    func pieces(
        _ ranges: [Range<UInt32>], _ segments: [SegmentImage], begin: () throws -> [any FoldRun]
    ) throws -> [Outcome] {
        let runs = try ranges.map { _ in try begin() }
        for (index, worker) in runs.enumerated() {
            // The first one's results are those to which all others may be added.
            let room = index == 0 ? ranges.map(\.count).reduce(0, +) : ranges[index].count
            for run in worker { run.reserve(customers: room) }
        }
        let results = Mutex<[Int: Result<(customers: [UInt32], facts: Int), LaneDamage>]>([:])
        DispatchQueue.concurrentPerform(iterations: runs.count) { index in
            var fold = LaneFold(segments: segments, scope: scope, layout: layout, runs: runs[index])
            let result = Result { () throws(LaneDamage) -> (customers: [UInt32], facts: Int) in
                try fold.run(ranges[index])
                return (fold.sink.customers, fold.sink.factCount)
            }
            results.withLock { $0[index] = result }
        }
        let all = results.withLock { $0 }
        return try runs.indices.map { index in
            let (customers, facts) = try all[index]?.get() ?? ([], 0)
            var count = FoldCount()
            count.customers = customers.count
            count.facts = facts
            return Outcome(customers: customers, runs: runs[index], count: count)
        }
    }

    /// The outcomes of ranges that follow one another as one, in runs that have folded nobody yet. The outcomes stay
    /// as they are.
    static func joined(_ pieces: [Outcome], into runs: [any FoldRun]) -> Outcome {
        joined(pieces[...], to: Outcome(customers: [], runs: runs)) { $0.append($1) }
    }

    private static func joined(
        _ pieces: ArraySlice<Outcome>, to first: Outcome, _ join: (any FoldRun, any FoldRun) -> Void
    ) -> Outcome {
        var outcome = first
        for piece in pieces {
            outcome.customers.append(contentsOf: piece.customers)
            outcome.count.add(piece.count)
            for (run, more) in zip(outcome.runs, piece.runs) { join(run, more) }
        }
        return outcome
    }

    /// Folds one customer who goes on.
    func one(
        _ customer: UInt32, _ segments: [SegmentImage], runs: [any FoldRun]
    ) throws(LaneDamage) -> Outcome {
        var fold = LaneFold(segments: segments, scope: scope, layout: layout, runs: runs)
        _ = try fold.run(customer: customer)
        var outcome = Outcome(customers: fold.sink.customers, runs: runs)
        outcome.count.customers = outcome.customers.count
        outcome.count.facts = fold.sink.factCount
        return outcome
    }

    /// Ranges of customers with about as many facts each, cut where chunks of the largest segment begin; some
    /// customers (ascending) are ranges of their own.
    static func ranges(
        _ segments: [SegmentImage], parts: Int, customerCount: UInt32, apart: [UInt32]
    ) -> [(range: Range<UInt32>, isApart: Bool)] {
        var bounds: [UInt32] = [0]
        if let largest = segments.max(by: { $0.chunks.count < $1.chunks.count }), parts > 1 {
            for part in 1..<parts {
                let chunk = largest.chunks[largest.chunks.count * part / parts]
                if chunk.firstCustomer > bounds[bounds.count - 1] { bounds.append(chunk.firstCustomer) }
            }
        }
        bounds.append(max(customerCount, bounds[bounds.count - 1] + 1))
        guard !apart.isEmpty else { return zip(bounds, bounds.dropFirst()).map { ($0..<$1, false) } }
        let alone = Set(apart)
        let cuts = Set(bounds).union(apart).union(apart.map { $0 + 1 }).sorted()
        return zip(cuts, cuts.dropFirst()).map { ($0..<$1, alone.contains($0)) }
    }
}
