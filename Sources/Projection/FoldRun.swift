/// One projector at work on batches of customers. This holds the only fold loop there is.
///
/// Dispatch is once a batch, not once a fact: the loop below is specialised for each projector.
public protocol FoldRun: AnyObject, Sendable {
    /// Folds whole customers: `facts[starts[i] ..< ends[i]]` are those of the i-th, in effective order.
    /// What lies between does not count, so that facts can be handed over where they are stored.
    func consume(_ facts: Span<Fact>, starts: Span<Int>, ends: Span<Int>)
    /// Adds the results of a run over later customers.
    func append(_ later: any FoldRun)
}

extension FoldRun {
    /// Folds whole customers that lie end to end: `facts[ends[i-1] ..< ends[i]]` are those of the i-th.
    public func consume(_ facts: Span<Fact>, ends: Span<Int>) {
        var starts: [Int] = []
        starts.reserveCapacity(ends.count)
        for customer in ends.indices {
            starts.append(customer == 0 ? 0 : ends[customer - 1])
        }
        consume(facts, starts: starts.span, ends: ends)
    }
}

/// The run of one type of projector.
///
/// `@inlinable` so that the catalogue's module compiles the loop for each projector: a call through a witness
/// table a fact is 0.15 of the speed (PERFORMANCE.md).
public final class ProjectorRun<P: Projector>: FoldRun, @unchecked Sendable {
    // Unchecked: a run is used by one worker, and handed over when that worker has ended.

    /// Nil only while `consume` works on it: a copy beside it would make every scratch array copy itself.
    @usableFromInline var held: P?
    @usableFromInline var heldStates: [P.State] = []
    @usableFromInline var heldMeasures: [P.Measure] = []

    @usableFromInline let calendar: [Clock]
    @usableFromInline var recordedOrder: [Fact] = []

    /// A run that begins with `projector`.
    public init(_ projector: P) {
        held = projector
        calendar = projector.calendar
    }

    /// One state a customer, in the order in which customers came.
    public var states: [P.State] { heldStates }
    /// One measure a customer, in the same order.
    public var measures: [P.Measure] { heldMeasures }

    /// The projector, with what it counted across customers.
    public var projector: P {
        guard let held else { preconditionFailure("a run is asked for its projector while it folds") }
        return held
    }

    @inlinable
    public func consume(_ facts: Span<Fact>, starts: Span<Int>, ends: Span<Int>) {
        precondition(starts.count == ends.count, "each customer has a start and an end")
        guard var projector = held.take() else { preconditionFailure("a run folds for two workers") }
        var states: [P.State] = []
        var measures: [P.Measure] = []
        swap(&states, &self.heldStates)
        swap(&measures, &self.heldMeasures)
        for customer in ends.indices {
            let start = starts[customer]
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
        }
        swap(&states, &self.heldStates)
        swap(&measures, &self.heldMeasures)
        held = projector
    }

    @inlinable
    func foldWithMarks(_ facts: Span<Fact>, _ start: Int, _ end: Int, _ projector: inout P) {
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

    @inlinable
    func foldRecorded(_ facts: Span<Fact>, _ start: Int, _ end: Int, _ projector: inout P) {
        recordedOrder.removeAll(keepingCapacity: true)
        for index in start..<end {
            recordedOrder.append(facts[index])
        }
        recordedOrder.sort { $0.position < $1.position }
        for fact in recordedOrder {
            projector.fold(fact)
        }
    }

    @inlinable
    public func append(_ later: any FoldRun) {
        guard let later = later as? ProjectorRun<P>, let other = later.held else {
            preconditionFailure("runs of different projectors cannot be joined")
        }
        heldStates.append(contentsOf: later.heldStates)
        heldMeasures.append(contentsOf: later.heldMeasures)
        guard var projector = held.take() else { preconditionFailure("a run is joined while it folds") }
        projector.absorb(other)
        held = projector
    }
}
