public import Events
import LMDB
public import Merkle

/// The log as it stood at one moment: one read transaction. It lives as long as the closure that it is lent
/// to, and whatever the writer does meanwhile does not show in it.
public struct LogView: ~Copyable {
    let snapshot: LogSnapshot
    let tails: TailCache

    init(_ snapshot: LogSnapshot, tails: TailCache) {
        self.snapshot = snapshot
        self.tails = tails
    }

    /// The number of events, which is the position of the next one.
    public var head: Position { Position(snapshot.head.count) }

    /// The recorded time of the last event.
    public var lastRecorded: Instant { Instant(microseconds: snapshot.head.lastRecorded) }

    /// Whether recorded times can still be taken over from an older system: no event was recorded by the
    /// ledger's own clock yet.
    public var isOpenForTakeover: Bool { snapshot.head.firstRecordedNow == .max }

    /// What was fixed when the ledger was made.
    public func facts() throws -> LedgerFacts { try snapshot.storage.facts(in: snapshot.transaction) }

    // MARK: Lines

    /// Lends the sealed line at a position; nil where the log does not reach so far.
    public func withLine<Result>(
        at position: Position, _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        guard position < head else { return nil }
        return try snapshot.storage.withLine(at: position.rawValue, in: snapshot.transaction) { line, _ in
            try body(line)
        }
    }

    /// A copy of the sealed line at a position; nil where the log does not reach so far.
    public func line(at position: Position) throws -> [UInt8]? {
        try withLine(at: position) { [UInt8](copying: $0) }
    }

    /// Lends the sealed lines from one position up to another (or the head), in order, until `body` returns
    /// false. The fast way to read much.
    public func forEachLine(
        from start: Position = .zero, upTo end: Position? = nil,
        _ body: (_ position: Position, _ line: Span<UInt8>) throws -> Bool
    ) throws {
        let end = min(end ?? head, head)
        try snapshot.storage.forEachLine(
            from: start.rawValue, upTo: end.rawValue, in: snapshot.transaction
        ) { line, place in
            try body(Position(place.position), line)
        }
    }

    /// When the event at a position was recorded; nil where the log does not reach so far.
    public func recorded(at position: Position) throws -> Instant? {
        guard position < head else { return nil }
        return try snapshot.storage.withLine(at: position.rawValue, in: snapshot.transaction) { line, place in
            Instant(microseconds: try LogStorage.recorded(line, place))
        }
    }

    /// How many events had been recorded by an instant, that instant included: the prefix of the log that was
    /// known then.
    public func position(knownAt instant: Instant) throws -> Position {
        Position(
            try snapshot.storage.count(
                knownAt: instant.microseconds, head: snapshot.head, in: snapshot.transaction))
    }

    // MARK: Tree

    /// The Merkle root over all events.
    public var root: TreeHash {
        guard let root = TreeHash(bytes: snapshot.head.root) else {
            preconditionFailure("a head record holds 32 bytes of root")
        }
        return root
    }

    /// The Merkle root over the first events, so many. Traps where there are fewer.
    public func root(ofFirst count: Position) throws -> TreeHash { try tree(ofFirst: count).root() }

    /// The proof that the event at a position is among the first events, so many.
    public func inclusionProof(of position: Position, amongFirst count: Position) throws -> InclusionProof {
        try tree(ofFirst: count).inclusionProof(of: position.rawValue)
    }

    /// The proof that the first events, so many, are the beginning of all of them.
    public func consistencyProof(from earlier: Position) throws -> ConsistencyProof {
        try consistencyProof(from: earlier, toFirst: head)
    }

    /// The proof that the first events, so many, are the beginning of the first events of a larger number.
    public func consistencyProof(from earlier: Position, toFirst count: Position) throws -> ConsistencyProof {
        try tree(ofFirst: count).consistencyProof(from: earlier.rawValue)
    }

    private func tree(ofFirst count: Position) -> TileTree<StoredTiles> {
        precondition(count <= head, "the log holds \(head) events, not \(count)")
        return TileTree(
            size: count.rawValue, source: StoredTiles(snapshot: snapshot, size: snapshot.head.count))
    }
}
