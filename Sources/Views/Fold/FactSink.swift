import Projection

/// What takes the facts of one worker's customers: the runs of all projectors, and the list of customers.
///
/// An object, so that facts can be lent to it while the fold that owns them is changed.
final class FactSink {
    let runs: [any FoldRun]
    private(set) var customers: [UInt32] = []
    /// How many facts each of the runs was given.
    private(set) var factCount = 0

    init(runs: [any FoldRun]) {
        self.runs = runs
    }

    /// Hands over whole customers: those of `customers[i]` are `facts[starts[i] ..< ends[i]]`.
    func take(_ facts: Span<Fact>, starts: [Int], ends: [Int], customers: [UInt32]) {
        guard !customers.isEmpty else { return }
        for run in runs {
            run.consume(facts, starts: starts.span, ends: ends.span)
        }
        for index in starts.indices { factCount += ends[index] - starts[index] }
        self.customers.append(contentsOf: customers)
    }
}
