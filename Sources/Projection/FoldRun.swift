/// Which results of a fold are kept: they are most of the memory that it takes.
public struct FoldResults: OptionSet, Sendable {
    /// One bit a kind.
    public let rawValue: UInt8

    /// Kinds of results by their bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What populations, rows and reports are made of.
    @inlinable public static var measures: FoldResults { FoldResults(rawValue: 1) }
    /// What digests are made of.
    @inlinable public static var states: FoldResults { FoldResults(rawValue: 2) }
}

/// One projector at work on batches of customers. This holds the only fold loop there is.
///
/// Dispatch is once a batch, not once a fact: the loop below is specialised for each projector.
public protocol FoldRun: AnyObject, Sendable {
    /// Makes room for the results of so many customers, or somewhat more: room that is not used costs nothing,
    /// and results that outgrow theirs are copied again and again.
    func reserve(customers: Int)
    /// Folds whole customers: `facts[starts[i] ..< ends[i]]` are those of the i-th, in effective order.
    /// What lies between does not count, so that facts can be handed over where they are stored.
    func consume(_ facts: Span<Fact>, starts: Span<Int>, ends: Span<Int>)
    /// Another run that has folded what this one has.
    func copy() -> any FoldRun
    /// Adds the results of a run over later customers, which stays as it is.
    func append(_ later: any FoldRun)
    /// Adds the results of a run over later customers, which is of no use afterwards: its memory is free.
    func take(_ later: any FoldRun)
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
public final class ProjectorRun<P: Projector>: FoldRun, @unchecked Sendable {
    // Unchecked: a run is used by one worker, and handed over when that worker has ended.

    @usableFromInline typealias Loop = (
        _ facts: Span<Fact>, _ starts: Span<Int>, _ ends: Span<Int>, _ work: inout FoldWork<P>
    ) -> Void

    /// Nil only while it is worked on: a copy beside it would make every scratch array copy itself.
    private var held: FoldWork<P>?
    private let loop: Loop

    /// A run that begins with `projector` and keeps some of what comes of the fold.
    ///
    /// `@inlinable`, and the loop a closure, so that the module which names the projector compiles the loop for
    /// it. Reached through `any FoldRun`, a method of this class would call the projector through a witness table
    /// for every fact: 0.15 of the speed (PERFORMANCE.md).
    @inlinable
    public convenience init(_ projector: P, keeping results: FoldResults) {
        self.init(FoldWork(projector, keeping: results)) { facts, starts, ends, work in
            work.fold(facts, starts: starts, ends: ends)
        }
    }

    @usableFromInline
    init(_ work: FoldWork<P>, loop: @escaping Loop) {
        held = work
        self.loop = loop
    }

    /// One state a customer, in the order in which customers came; where states are kept.
    public var states: [P.State] { held?.states ?? Self.isFolding() }
    /// One measure a customer, in the same order; where measures are kept.
    public var measures: [P.Measure] { held?.measures ?? Self.isFolding() }
    /// The projector, with what it counted across customers.
    public var projector: P { held?.projector ?? Self.isFolding() }

    private static func isFolding<R>() -> R {
        preconditionFailure("a run is asked for its results while it folds")
    }

    /// Folds a batch: see ``FoldRun/consume(_:starts:ends:)``.
    public func consume(_ facts: Span<Fact>, starts: Span<Int>, ends: Span<Int>) {
        precondition(starts.count == ends.count, "each customer has a start and an end")
        guard var work = held.take() else { preconditionFailure("a run folds for two workers") }
        loop(facts, starts, ends, &work)
        held = work
    }

    /// Makes room: see ``FoldRun/reserve(customers:)``.
    public func reserve(customers: Int) {
        guard var work = held.take() else { preconditionFailure("a run is made room for while it folds") }
        if work.results.contains(.measures) { work.measures.reserveCapacity(customers) }
        if work.results.contains(.states) { work.states.reserveCapacity(customers) }
        held = work
    }

    /// Another run of the same results so far.
    public func copy() -> any FoldRun {
        guard let held else { preconditionFailure("a run is copied while it folds") }
        return ProjectorRun(held, loop: loop)
    }

    /// Adds the results of another run: see ``FoldRun/append(_:)``.
    public func append(_ later: any FoldRun) {
        join(Self.alike(later)?.held)
    }

    /// Moves the results of another run here: see ``FoldRun/take(_:)``.
    public func take(_ later: any FoldRun) {
        join(Self.alike(later)?.held.take())
    }

    private static func alike(_ run: any FoldRun) -> ProjectorRun<P>? { run as? ProjectorRun<P> }

    private func join(_ later: FoldWork<P>?) {
        guard let later else { preconditionFailure("runs of different projectors cannot be joined") }
        guard var work = held.take() else { preconditionFailure("a run is joined while it folds") }
        work.append(later)
        held = work
    }
}

/// A projector with its results: what the fold loop works on.
@usableFromInline
struct FoldWork<P: Projector>: Sendable {
    @usableFromInline var projector: P
    @usableFromInline var states: [P.State] = []
    @usableFromInline var measures: [P.Measure] = []
    @usableFromInline let results: FoldResults
    @usableFromInline let calendar: [Clock]
    @usableFromInline var recordedOrder: [Fact] = []

    @inlinable
    init(_ projector: P, keeping results: FoldResults) {
        self.projector = projector
        self.results = results
        calendar = projector.calendar
    }

    /// The fold loop.
    @inlinable
    mutating func fold(_ facts: Span<Fact>, starts: Span<Int>, ends: Span<Int>) {
        let keepsMeasures = results.contains(.measures)
        let keepsStates = results.contains(.states)
        for customer in ends.indices {
            let start = starts[customer]
            let end = ends[customer]
            projector.begin()
            if P.order == .recorded {
                foldRecorded(facts, start, end)
            } else if calendar.isEmpty {
                for index in start..<end {
                    projector.fold(facts[index])
                }
            } else {
                foldWithMarks(facts, start, end)
            }
            let (state, measure) = projector.finish()
            if keepsMeasures { measures.append(measure) }
            if keepsStates { states.append(state) }
        }
    }

    @inlinable
    mutating func foldWithMarks(_ facts: Span<Fact>, _ start: Int, _ end: Int) {
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
    mutating func foldRecorded(_ facts: Span<Fact>, _ start: Int, _ end: Int) {
        recordedOrder.removeAll(keepingCapacity: true)
        for index in start..<end {
            recordedOrder.append(facts[index])
        }
        recordedOrder.sort(by: Fact.precedesRecorded)
        for fact in recordedOrder {
            projector.fold(fact)
        }
    }

    mutating func append(_ later: FoldWork) {
        states.append(contentsOf: later.states)
        measures.append(contentsOf: later.measures)
        projector.absorb(later.projector)
    }
}
