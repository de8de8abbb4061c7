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
    }

    /// Folds everybody, each worker a range of customers. What it gives does not depend on the workers.
    func everybody(
        _ segments: [SegmentImage], workers: Int, customerCount: UInt32,
        begin: () throws -> [any FoldRun]
    ) throws -> Outcome {
        let bounds = Self.bounds(segments, parts: workers, customerCount: customerCount)
        let runs = try bounds.dropFirst().map { _ in try begin() }
        let results = Mutex<[Int: Result<[UInt32], LaneDamage>]>([:])
        DispatchQueue.concurrentPerform(iterations: runs.count) { index in
            var fold = LaneFold(segments: segments, scope: scope, layout: layout, runs: runs[index])
            let result = Result { () throws(LaneDamage) in
                try fold.run(bounds[index]..<bounds[index + 1])
                return fold.sink.customers
            }
            results.withLock { $0[index] = result }
        }
        let all = results.withLock { $0 }
        var outcome = Outcome(customers: [], runs: runs[0])
        for index in runs.indices {
            outcome.customers.append(contentsOf: try all[index]?.get() ?? [])
            guard index > 0 else { continue }
            for (run, more) in zip(outcome.runs, runs[index]) {
                run.append(more)
            }
        }
        return outcome
    }

    /// Folds one customer who goes on.
    func one(
        _ customer: UInt32, _ segments: [SegmentImage], runs: [any FoldRun]
    ) throws(LaneDamage) -> Outcome {
        var fold = LaneFold(segments: segments, scope: scope, layout: layout, runs: runs)
        _ = try fold.run(customer: customer)
        return Outcome(customers: fold.sink.customers, runs: runs)
    }

    /// Ranges of customers with about as many facts each, cut where chunks of the largest segment begin.
    static func bounds(_ segments: [SegmentImage], parts: Int, customerCount: UInt32) -> [UInt32] {
        var bounds: [UInt32] = [0]
        if let largest = segments.max(by: { $0.chunks.count < $1.chunks.count }), parts > 1 {
            for part in 1..<parts {
                let chunk = largest.chunks[largest.chunks.count * part / parts]
                if chunk.firstCustomer > bounds[bounds.count - 1] { bounds.append(chunk.firstCustomer) }
            }
        }
        return bounds + [max(customerCount, bounds[bounds.count - 1] + 1)]
    }
}
