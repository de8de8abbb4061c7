public import Events
import Projection
import Synchronization

/// The facts of events that are about to be written, extracted where the events were parsed anyway.
///
/// They are the facts of these events one behind another, wherever in the log that is: ``Views/offer(_:at:)``.
public struct EarlyFacts: Sendable {
    var part = ExtractedPart()
    /// How many events they are of.
    public fileprivate(set) var count = 0
    /// Whether nothing is missing. What acts on other events can only be extracted from the log, where those are.
    fileprivate(set) var isWhole = true
}

/// Extracts the facts of events that are about to be written, by the code that extracts them from lines.
///
/// It belongs to one thread at a time.
public struct EarlyExtractor {
    private var extractor: FactExtractor
    /// What was extracted so far.
    public private(set) var facts = EarlyFacts()

    init(zone: Zone, currency: Currency) {
        extractor = FactExtractor(zone: zone, currency: currency)
    }

    /// Adds the next event as its reader holds it, no value of which is sealed when it is stored.
    public mutating func add(_ event: Envelope) {
        let position = Position(UInt64(facts.count))
        add { extractor, facts throws(ExtractionError) in
            try extractor.extract(
                event, position: position, interner: &facts.part.interner, into: &facts.part.extraction)
        }
    }

    /// Adds the next event as the line that will be stored, but for its recorded time.
    public mutating func add(line: Span<UInt8>) {
        let position = Position(UInt64(facts.count))
        add { extractor, facts throws(ExtractionError) in
            try extractor.extract(
                line, position: position, interner: &facts.part.interner, into: &facts.part.extraction)
        }
    }

    @inline(__always)
    private mutating func add(
        _ extract: (inout FactExtractor, inout EarlyFacts) throws(ExtractionError) -> Void
    ) {
        facts.count += 1
        guard facts.isWhole else { return }
        do throws(ExtractionError) {
            try extract(&extractor, &facts)
            facts.isWhole = facts.part.extraction.acts.isEmpty
        } catch {
            // The error is told when the line is read, with its place in the log.
            facts.isWhole = false
        }
        if !facts.isWhole { facts.part = ExtractedPart() }
    }
}

/// Early facts that the views do not have yet, by the position of their first event.
struct EarlyShelf {
    private var facts: [UInt64: EarlyFacts] = [:]
    private var eventCount = 0

    /// Keeps facts, unless there would then be more than those of so many events: the rest is read from the log.
    mutating func keep(_ early: EarlyFacts, at first: UInt64, limit: Int) {
        guard early.isWhole, early.count > 0, eventCount + early.count <= limit, facts[first] == nil else {
            return
        }
        facts[first] = early
        eventCount += early.count
    }

    /// Takes out the facts of the events from a position on, if they are kept and end at `head` or before.
    mutating func take(at first: UInt64, head: UInt64) -> EarlyFacts? {
        guard let early = facts[first], first + UInt64(early.count) <= head else { return nil }
        facts[first] = nil
        eventCount -= early.count
        return early
    }

    /// The first position behind another one from which on facts are kept.
    func next(behind position: UInt64) -> UInt64? {
        facts.keys.lazy.filter { $0 > position }.min()
    }

    /// Forgets what the views have already.
    mutating func forget(below position: UInt64) {
        for (first, early) in facts where first < position {
            facts[first] = nil
            eventCount -= early.count
        }
    }
}

extension Views {
    /// Someone who extracts facts while events are prepared; each thread wants one of its own.
    public func makeEarlyExtractor() -> EarlyExtractor {
        EarlyExtractor(zone: zone, currency: currency)
    }

    /// Keeps the facts of events that the log holds now from a position on, until the views follow.
    ///
    /// They must be of exactly the events that stand there. Only a few are kept: facts that are not are extracted from
    /// the lines, and are the same.
    public func offer(_ facts: EarlyFacts, at position: UInt64) {
        guard isWriting else { return }
        early.withLock {
            $0.keep(facts, at: position, limit: Self.segmentsKeptEarly * layout.eventsPerSegment)
        }
    }

    private static var segmentsKeptEarly: Int { 4 }
}
