import Events
import LMDB
import SortedRuns

/// The indexes of the log as sorted runs, and its columns. They are written together: the original ones cover
/// the same events. The younger ones, causation and the columns, cover the same as the original ones unless the
/// ledger comes from an earlier program; then they are made up for in the background.
struct LogIndexes: Sendable {
    /// The database that holds all of them.
    static let database = "indexes"

    private let runs: [RunSet]
    /// The attributes of events, for filters that leave too much for an index.
    let columns: LogColumns
    /// The values of events, for conditions.
    let values: LogValues

    init(_ database: Database) {
        columns = LogColumns(database)
        values = LogValues(database)
        runs = IndexKind.allCases.map { kind in
            let options =
                kind == .id ? RunSet.Options.usuallyAbsent : RunSet.Options(keyBits: 48, filterBitsPerKey: 0)
            return RunSet(index: UInt8(kind.rawValue), in: database, options: options)
        }
    }

    /// The sorted runs of one index.
    func runs(_ kind: IndexKind) -> RunSet { runs[kind.rawValue] }

    /// All of them, for merging.
    var all: [RunSet] { runs }

    /// The events below this position are covered by runs.
    func coveredEnd(in transaction: borrowing ReadTransaction) throws -> UInt64 {
        try runs[0].coveredEnd(in: transaction)
    }

    /// The events below this position are covered by the younger indexes too.
    func detailsEnd(in transaction: borrowing ReadTransaction) throws -> UInt64 {
        min(
            try columns.coveredEnd(in: transaction),
            try runs(.causation).coveredEnd(in: transaction))
    }

    /// Writes all entries of a tail as one run of each index.
    func add(_ tail: TailIndex, in transaction: inout WriteTransaction) throws {
        let detailsEnd = try detailsEnd(in: transaction.reading)
        for kind in IndexKind.original { try add(tail, to: kind, in: &transaction) }
        if detailsEnd == tail.base { try addDetails(tail, in: &transaction) }
    }

    /// Writes the entries of a tail to the younger indexes, which end where it begins.
    func addDetails(_ tail: TailIndex, in transaction: inout WriteTransaction) throws {
        try add(tail, to: .causation, in: &transaction)
        try columns.add(tail.attributes, from: tail.base, in: &transaction)
    }

    private func add(_ tail: TailIndex, to kind: IndexKind, in transaction: inout WriteTransaction) throws {
        var postings: [Posting] = []
        postings.reserveCapacity(tail.count)
        for (place, key) in tail.keys(kind).enumerated() where key != 0 {
            postings.append(Posting(key: key << 16, position: tail.base + UInt64(place)))
        }
        try runs[kind.rawValue].add(postings, covering: tail.base..<tail.end, in: &transaction)
    }

    /// Calls `body` with the positions of a key in the runs, until it returns false; whether it never did.
    func forEachPosition(
        _ kind: IndexKind, key: UInt64, within range: Range<UInt64>, descending: Bool,
        in transaction: borrowing ReadTransaction, _ body: (UInt64) throws -> Bool
    ) throws -> Bool {
        var isWhole = true
        try runs[kind.rawValue].forEachPosition(
            of: key << 16, in: transaction, within: range, order: descending ? .descending : .ascending
        ) { position in
            isWhole = try body(position)
            return isWhole
        }
        return isWhole
    }

    /// The positions in the runs of the events whose identity has a key in a range, ascending: one key, or all
    /// of an id's prefix.
    func positions(
        ofIDs keys: ClosedRange<UInt64>, in transaction: borrowing ReadTransaction
    ) throws -> [UInt64] {
        let runs = runs(.id)
        if keys.count == 1 { return try runs.positions(of: keys.lowerBound << 16, in: transaction) }
        var positions: [UInt64] = []
        try runs.forEachPosition(
            ofKeys: keys.lowerBound << 16...keys.upperBound << 16 | 0xFFFF, in: transaction
        ) { _, position in
            positions.append(position)
            return true
        }
        return positions.sorted()
    }
}
