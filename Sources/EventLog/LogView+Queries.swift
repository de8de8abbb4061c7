public import Events
import LMDB
import Synchronization

/// In which direction positions are given.
public enum LogOrder: Sendable {
    /// Oldest first.
    case ascending
    /// Newest first.
    case descending
}

/// What events can be looked up by.
public enum LogFilter: Sendable, Hashable {
    /// Events whose subject is exactly this customer.
    case customer(String)
    /// Events of this type.
    case type(String)
    /// Events done by this actor (`authid`).
    case actor(String)
    /// Events of this correlation (`correlationid`).
    case correlation(String)

    var kind: IndexKind {
        switch self {
        case .customer: .customer
        case .type: .type
        case .actor: .actor
        case .correlation: .correlation
        }
    }

    var text: String {
        switch self {
        case .customer(let text), .type(let text), .actor(let text), .correlation(let text): text
        }
    }
}

extension LogView {
    /// Lends the events that a filter meets, within a range of positions, until `body` returns false.
    ///
    /// What the index finds is confirmed by the line itself: two texts of one hash are not mixed up.
    public func forEachEvent(
        _ filter: LogFilter, from start: Position = .zero, upTo end: Position? = nil,
        order: LogOrder = .ascending, _ body: (_ position: Position, _ line: Span<UInt8>) throws -> Bool
    ) throws {
        let range = start.rawValue..<max(start.rawValue, min(end ?? head, head).rawValue)
        let search = IndexSearch(snapshot, tails)
        try search.forEachMatch(filter.kind, filter.text, within: range, order: order, body)
    }

    /// The positions of the events that a filter meets, at most `limit`, from the end at which the order begins.
    public func positions(
        _ filter: LogFilter, from start: Position = .zero, upTo end: Position? = nil,
        order: LogOrder = .ascending, limit: Int = .max
    ) throws -> [Position] {
        var positions: [Position] = []
        guard limit > 0 else { return [] }
        try forEachEvent(filter, from: start, upTo: end, order: order) { position, _ in
            positions.append(position)
            return positions.count < limit
        }
        return positions
    }

    /// A customer's revision: how many events have exactly this subject, among the first `count` (or all).
    ///
    /// - Parameter sole: below this position no other subject shares the 48 bits by which the index finds the
    ///   customer, as far as the caller knows: there its entries are counted without reading a line each.
    public func revision(
        ofCustomer customer: String, amongFirst count: Position? = nil, soleBelow sole: Position = .zero
    ) throws -> UInt64 {
        let split = min(sole, count ?? sole, head)
        var revision = try IndexSearch(snapshot, tails).count(.customer, customer, below: split.rawValue)
        try forEachEvent(.customer(customer), from: split, upTo: count) { _, _ in
            revision += 1
            return true
        }
        return revision
    }

    /// The position of the event of this source and id, if the log holds it.
    public func find(_ key: EventKey) throws -> Position? {
        try IndexSearch(snapshot, tails).find(key).map(Position.init(_:))
    }

    /// The positions of all events of this id, whatever their source, ascending.
    public func find(id: String) throws -> [Position] {
        try IndexSearch(snapshot, tails).find(id: id).map(Position.init(_:))
    }
}

/// Looks things up in the sorted runs of a snapshot and in what lies behind them.
struct IndexSearch {
    private let snapshot: LogSnapshot
    private let tails: TailCache

    init(_ snapshot: LogSnapshot, _ tails: TailCache) {
        self.snapshot = snapshot
        self.tails = tails
    }

    func forEachMatch(
        _ kind: IndexKind, _ text: String, within range: Range<UInt64>, order: LogOrder,
        _ body: (Position, Span<UInt8>) throws -> Bool
    ) throws {
        guard !text.isEmpty, !range.isEmpty else { return }
        let storage = snapshot.storage
        let escaped = EscapedText(text)
        let key = IndexKeys.key(text.utf8.span)
        try snapshot.transaction.withCursor(in: storage.lines) { cursor in
            func confirm(_ position: UInt64) throws -> Bool {
                try storage.withLine(at: position, cursor: &cursor) { line, _ in
                    let fields = try LineFields(line, position: position)
                    guard escaped.isText(of: line, at: fields.range(kind)) else { return true }
                    return try body(Position(position), line)
                }
            }
            let behind = try tails.positions(kind, keys: key...key, in: snapshot).filter(range.contains)
            if order == .descending {
                for position in behind.reversed() where try !confirm(position) { return }
            }
            let isWhole = try storage.indexes.forEachPosition(
                kind, key: key, within: range, descending: order == .descending, in: snapshot.transaction,
                confirm)
            guard isWhole, order == .ascending else { return }
            for position in behind where try !confirm(position) { return }
        }
    }

    /// How many entries an index has of a text's key below a position.
    func count(_ kind: IndexKind, _ text: String, below end: UInt64) throws -> UInt64 {
        guard !text.isEmpty, end > 0 else { return 0 }
        let key = IndexKeys.key(text.utf8.span)
        var count = try tails.positions(kind, keys: key...key, in: snapshot).count { $0 < end }
        _ = try snapshot.storage.indexes.forEachPosition(
            kind, key: key, within: 0..<end, descending: false, in: snapshot.transaction
        ) { _ in
            count += 1
            return true
        }
        return UInt64(count)
    }

    func find(_ key: EventKey) throws -> UInt64? {
        let hash = IndexKeys.idKey(id: key.id.utf8.span, source: key.source.utf8.span)
        let source = EscapedText(key.source)
        return try find(id: key.id, keys: hash...hash) { line, fields in
            source.isText(of: line, at: fields.source)
        }
        .first
    }

    func find(id: String) throws -> [UInt64] {
        let prefix = IndexKeys.idPrefix(id.utf8.span) << 16
        return try find(id: id, keys: prefix...prefix | 0xFFFF) { _, _ in true }
    }

    private func find(
        id: String, keys: ClosedRange<UInt64>, where isMeant: (Span<UInt8>, LineFields) -> Bool
    ) throws -> [UInt64] {
        let escaped = EscapedText(id)
        let storage = snapshot.storage
        var candidates = try storage.indexes.positions(ofIDs: keys, in: snapshot.transaction)
        candidates += try tails.positions(.id, keys: keys, in: snapshot)
        return try candidates.filter { position in
            guard position < snapshot.head.count else { return false }
            return try storage.withLine(at: position, in: snapshot.transaction) { line, _ in
                let fields = try LineFields(line, position: position)
                return escaped.isText(of: line, at: fields.id) && isMeant(line, fields)
            }
        }
    }
}

extension LineFields {
    /// Where the text stands that an index is about.
    func range(_ kind: IndexKind) -> Range<Int> {
        switch kind {
        case .customer: subject
        case .type: type
        case .actor: actor
        case .correlation: correlation
        case .id: id
        case .causation: causation
        }
    }
}

/// A text as it stands in canonical JSON, to be compared with lines without reading their escapes.
struct EscapedText {
    private let bytes: [UInt8]

    /// How long it is, escapes and all.
    var byteCount: Int { bytes.count }

    init(_ text: String) {
        var quoted: [UInt8] = []
        CanonicalWriter.write(text, to: &quoted)
        bytes = Array(quoted.dropFirst().dropLast())
    }

    func isText(of line: Span<UInt8>, at range: Range<Int>) -> Bool {
        line.extracting(range).isEqual(to: bytes.span)
    }
}

/// The index entries behind the sorted runs, scanned from the lines when a reader first needs them and
/// carried on from question to question.
final class TailCache: Sendable {
    private let newest = Mutex<TailIndex?>(nil)

    /// The positions below a snapshot's head, and behind its runs, whose key lies in a range.
    func positions(_ kind: IndexKind, keys: ClosedRange<UInt64>, in snapshot: LogSnapshot) throws -> [UInt64]
    {
        let base = try snapshot.storage.indexes.coveredEnd(in: snapshot.transaction)
        guard base < snapshot.head.count else { return [] }
        return try newest.withLock { newest in
            if let known = newest, known.base > base {
                // An older snapshot, which has fewer runs than the newest one: its tail is nobody else's.
                var tail = TailIndex(base: base)
                try tail.scan(upTo: snapshot.head.count, of: snapshot.storage, in: snapshot.transaction)
                return tail.positions(kind, keys: keys, below: snapshot.head.count)
            }
            var tail = newest.take() ?? TailIndex(base: base)
            if tail.base != base { tail = TailIndex(base: base) }
            if tail.end < snapshot.head.count {
                try tail.scan(upTo: snapshot.head.count, of: snapshot.storage, in: snapshot.transaction)
            }
            defer { newest = tail }
            return tail.positions(kind, keys: keys, below: snapshot.head.count)
        }
    }
}

extension TailIndex {
    /// Adds the entries of the stored lines from the end of the index up to a position.
    mutating func scan(
        upTo end: UInt64, of storage: LogStorage, in transaction: borrowing ReadTransaction
    ) throws {
        try storage.forEachLine(from: self.end, upTo: end, in: transaction) { line, place in
            let fields = try LineFields(line, position: place.position)
            append(IndexKeys(line, fields), time: try fields.time(in: line, position: place.position))
            return true
        }
    }
}
