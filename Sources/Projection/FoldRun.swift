/// One projector at work on batches of customers. This holds the only fold loop there is.
///
/// Dispatch is once a batch, not once a fact: the loop below is specialised for each projector.
public protocol FoldRun: AnyObject, Sendable {
    /// Folds whole customers: `facts[ends[i-1] ..< ends[i]]` are those of the i-th, in effective order.
    func consume(_ facts: Span<Fact>, ends: Span<Int>)
    /// Adds the results of a run over later customers.
    func append(_ later: any FoldRun)
}

/// The run of one type of projector.
public final class ProjectorRun<P: Projector>: FoldRun, @unchecked Sendable {
    // Unchecked: a run is used by one worker, and handed over when that worker has ended.

    /// The projector, with what it counted across customers.
    public private(set) var projector: P
    /// One state a customer, in the order in which customers came.
    public private(set) var states: [P.State] = []
    /// One measure a customer, in the same order.
    public private(set) var measures: [P.Measure] = []

    private let calendar: [Clock]
    private var recordedOrder: [Fact] = []

    /// A run that begins with `projector`.
    public init(_ projector: P) {
        self.projector = projector
        calendar = projector.calendar
    }

    public func consume(_ facts: Span<Fact>, ends: Span<Int>) {
        var projector = self.projector
        var start = 0
        states.reserveCapacity(states.count + ends.count)
        measures.reserveCapacity(measures.count + ends.count)
        for customer in ends.indices {
            let end = ends[customer]
            projector.begin()
            if P.order == .recorded {
                foldRecorded(facts, start, end, &projector)
            } else if calendar.isEmpty {
                for index in start..<end {
                    projector.fold(facts[index])
                }
            } else {
                foldWithMarks(facts, start, end, &projector)
            }
            let (state, measure) = projector.finish()
            states.append(state)
            measures.append(measure)
            start = end
        }
        self.projector = projector
    }

    private func foldWithMarks(_ facts: Span<Fact>, _ start: Int, _ end: Int, _ projector: inout P) {
        var next = 0
        for index in start..<end {
            while next < calendar.count, calendar[next].instant < facts[index].time {
                projector.mark(next)
                next += 1
            }
            projector.fold(facts[index])
        }
        while next < calendar.count {
            projector.mark(next)
            next += 1
        }
    }

    private func foldRecorded(_ facts: Span<Fact>, _ start: Int, _ end: Int, _ projector: inout P) {
        recordedOrder.removeAll(keepingCapacity: true)
        for index in start..<end {
            recordedOrder.append(facts[index])
        }
        recordedOrder.sort { $0.position < $1.position }
        for fact in recordedOrder {
            projector.fold(fact)
        }
    }

    public func append(_ later: any FoldRun) {
        guard let later = later as? ProjectorRun<P> else {
            preconditionFailure("runs of different projectors cannot be joined")
        }
        states.append(contentsOf: later.states)
        measures.append(contentsOf: later.measures)
        projector.absorb(later.projector)
    }
}
