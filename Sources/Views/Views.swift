public import Events
import Foundation
import LMDB
import Projection
import Synchronization

/// Everything that is derived from the log: the lane of facts, the numbers of the customers, populations and
/// generations. Deleting the folder loses nothing.
///
/// One process writes (the one that may write the log); others fold in memory what the stored views do not
/// cover. Safe to use from several threads.
public final class Views: Sendable {
    /// The folder `views/`.
    public let folder: String
    /// The ledger's time zone.
    public let zone: Zone
    /// The reporting currency.
    public let currency: Currency
    /// How many threads fold and extract.
    public let workers: Int

    let source: any LineSource
    let layout: LaneLayout
    let isWriting: Bool
    /// Which generations there are.
    let register: GenerationRegister
    /// Nil where nothing may be kept: of a log that is only supposed.
    let populationCache: PopulationCache?
    let memory: Mutex<Memory>
    /// Held by whoever changes the stored views.
    let writing = Mutex<WriterMemory>(WriterMemory())
    /// Facts that were extracted before their events were written.
    let early = Mutex<EarlyShelf>(EarlyShelf())

    /// What can be made again at any time.
    struct Memory {
        var store: ViewStore?
        /// The lane that the store is, below the folder; empty for the folder itself.
        var lane = ""
        /// The lane that was in use before: kept open, for a question may still be at it, and a folder is opened once.
        var before: (lane: String, store: ViewStore)?
        var overlay: Overlay?
        var scopes: [ScopeKey: FoldScope] = [:]
        var references: (known: UInt64, acts: [Act])?
        var rules: [RulesKey: Rules] = [:]
        var begun: BegunRuns?
        var populationKeys: (of: Rules.Identity, views: [String], keys: PopulationKeys)?
        var notes: [String] = []
        var knownPopulations: [String: any Codable & Sendable] = [:]
        var folded = FoldCount()
    }

    struct WriterMemory {
        var names: GlobalNames?
        var covered: UInt64 = 0
    }

    struct RulesKey: Hashable {
        var known: UInt64
        var clock: Clock
    }

    struct ScopeKey: Hashable {
        var facts: UInt64
        var acts: UInt64
    }

    /// Opens the views of a log. Where they are missing, foreign, damaged or of another layout they are begun
    /// again (when writing) or left aside (when reading): see `notes`.
    ///
    /// - Throws: only what forbids working at all, such as a full disk when writing.
    public convenience init(
        folder: String, source: any LineSource, zone: Zone, currency: Currency, writing: Bool,
        layout: LaneLayout = .standard, workers: Int = 2
    ) throws {
        try self.init(
            folder: folder, source: source, zone: zone, currency: currency, writing: writing, layout: layout,
            workers: workers, lane: nil)
    }

    /// The same, over a lane of one's choice instead of the live generation's; `open` is its store where somebody
    /// has it open.
    init(
        folder: String, source: any LineSource, zone: Zone, currency: Currency, writing: Bool,
        layout: LaneLayout, workers: Int, lane: String?, open: ViewStore? = nil
    ) throws {
        self.folder = folder
        self.source = source
        self.zone = zone
        self.currency = currency
        self.layout = layout
        self.workers = max(1, workers)
        isWriting = writing
        register = GenerationRegister(viewsFolder: folder)
        populationCache = PopulationCache(viewsFolder: folder, origin: source.origin)
        var memory = Memory()
        memory.lane = lane ?? register.live()?.lane ?? ""
        if lane == nil, register.isDamaged { memory.notes.append(GenerationRegister.damage) }
        let path = folder + (memory.lane.isEmpty ? "" : "/" + memory.lane)
        if writing {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let noteCount = memory.notes.count
            memory.store = try open ?? Self.openForWriting(path, source: source, notes: &memory.notes)
            if memory.notes.count > noteCount { populationCache?.removeAll() }
        } else {
            memory.store = Self.openForReading(path, source: source, notes: &memory.notes)
        }
        self.memory = Mutex(memory)
    }

    /// What the views would be if the log held one more event: folded by the same code, kept nowhere.
    public func supposing(_ line: [UInt8], key: EventKey) throws -> Views {
        Views(supposing: SupposedLines(source, head: try source.head(), line: line, key: key), beside: self)
    }

    private init(supposing source: any LineSource, beside views: Views) {
        folder = views.folder
        self.source = source
        zone = views.zone
        currency = views.currency
        layout = views.layout
        workers = views.workers
        isWriting = false
        register = views.register
        populationCache = nil
        var memory = Memory()
        memory.store = views.memory.withLock { $0.store }
        memory.lane = views.lane
        self.memory = Mutex(memory)
    }

    /// What a person should know of the state of the views: why they were begun again or left aside.
    public var notes: [String] { memory.withLock { $0.notes } }

    /// Adds to what a person should know.
    public func note(_ text: String) {
        memory.withLock { memory in
            if !memory.notes.contains(text) { memory.notes.append(text) }
        }
    }

    /// What these views have folded for questions since they were opened.
    public var folded: FoldCount { memory.withLock { $0.folded } }

    func count(_ more: FoldCount) { memory.withLock { $0.folded.add(more) } }

    /// The lane in use, below the folder; empty for the folder itself.
    var lane: String { memory.withLock { $0.lane } }

    /// How many events are extracted before their facts are stored.
    public var eventsPerSegment: Int { layout.eventsPerSegment }

    /// How many customers the stored facts are of.
    public func customerCount() throws -> Int {
        guard let store = memory.withLock({ $0.store }) else { return 0 }
        return try store.environment.read { Int(try store.state($0)?.customerCount ?? 0) }
    }

    /// How many events the log holds.
    public func head() throws -> UInt64 { try source.head() }

    /// The facts of the events 0 ..< this are stored.
    public func covered() throws -> UInt64 {
        guard let store = memory.withLock({ $0.store }) else { return 0 }
        return try store.environment.read { try store.state($0)?.covered ?? 0 }
    }

    /// The bytes on disk.
    public var byteCount: Int {
        let path = folder + (lane.isEmpty ? "" : "/" + lane) + "/data.mdb"
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? Int) ?? 0
    }

    // MARK: Snapshots

    /// Lends a snapshot that covers the log at least as far as `known`.
    func withSnapshot<R>(covering known: UInt64, _ body: (borrowing LaneSnapshot) throws -> R) throws -> R {
        do {
            let snapshot = try self.snapshot(covering: known)
            return try body(snapshot)
        } catch let damage as LaneDamage {
            guard try leaveAside(damage) else { throw damage }
            let snapshot = try self.snapshot(covering: known)
            return try body(snapshot)
        }
    }

    /// Stops using the stored views. False where they were not used.
    private func leaveAside(_ damage: LaneDamage) throws -> Bool {
        try memory.withLock { memory in
            guard let store = memory.store else { return false }
            memory.overlay = nil
            memory.scopes = [:]
            memory.references = nil
            memory.knownPopulations = [:]
            populationCache?.removeAll()
            if isWriting {
                memory.notes.append("the views were damaged (\(damage.what)) and are being made again")
                try store.reset(origin: source.origin)
            } else {
                memory.notes.append(
                    "the views are damaged (\(damage.what)) and are not used; the next command that writes "
                        + "makes them again")
                memory.store = nil
            }
            return true
        }
    }

    private func snapshot(covering known: UInt64) throws -> LaneSnapshot {
        let base = try storedSnapshot()
        if base.covered >= known { return base }
        let overlay = try overlay(over: base, to: known)
        return base.extended(by: overlay)
    }

    func storedSnapshot() throws -> LaneSnapshot {
        guard let store = memory.withLock({ $0.store }) else {
            return LaneSnapshot(store: nil, transaction: nil, state: nil, overlay: nil)
        }
        let transaction = try store.environment.beginReading()
        let state = try store.state(transaction) ?? StoreState(origin: source.origin)
        return LaneSnapshot(store: store, transaction: transaction, state: state, overlay: nil)
    }

    /// What the log holds beyond a snapshot, at least up to `end`, in memory.
    private func overlay(over base: borrowing LaneSnapshot, to end: UInt64) throws -> Overlay {
        let start = base.covered
        if let known = memory.withLock({ $0.overlay }), known.range.lowerBound == start,
            known.range.upperBound >= end
        {
            return known
        }
        let head = max(end, try source.head())
        var names = GlobalNames(customerCount: base.customerCount, codes: try base.codes())
        let extractor = BatchExtractor(
            zone: zone, currency: currency, eventsPerWorker: layout.eventsPerWorker)
        var batches: [ExtractedBatch] = []
        var position = start
        while position < head {
            let next = min(head, position + UInt64(layout.eventsPerSegment))
            batches.append(
                try extractor.extract(
                    position..<next, of: source, workers: workers, names: &names, base: base))
            position = next
        }
        let overlay = Overlay(batches, range: start..<head, firstCustomer: base.customerCount)
        memory.withLock { $0.overlay = overlay }
        return overlay
    }
}
