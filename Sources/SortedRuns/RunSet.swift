public import LMDB
import Synchronization

/// An index as sorted runs: for each key (a hash), the ascending list of positions at which it stands.
///
/// Postings are added a run at a time. A run covers the positions that follow those of the run before, so
/// the runs of a key, read one after the other, are its whole list in order. Runs are merged with their
/// neighbours as they become many. Several indexes can share one database: their keys begin with a number.
///
/// Where keys collide, a list holds the positions of both: whoever reads confirms by looking at the event.
public final class RunSet: Sendable {
    /// How an index is stored; chosen when it is made, and checked ever after.
    public struct Options: Sendable, Equatable {
        /// How many upper bits of a key are kept, 32 to 64. Fewer bits are smaller on disk: with 48, one of
        /// three million questions for absent keys is answered wrongly with "perhaps", at 100 million keys.
        public var keyBits: Int
        /// Bits of the filter for each key; 0 for none. Worth having where a key is usually absent.
        public var filterBitsPerKey: Int

        /// Options; by default all bits of keys and no filter.
        public init(keyBits: Int = 64, filterBitsPerKey: Int = 0) {
            precondition((32...64).contains(keyBits), "keyBits must be 32 to 64")
            precondition((0...32).contains(filterBitsPerKey), "filterBitsPerKey must be 0 to 32")
            self.keyBits = keyBits
            self.filterBitsPerKey = filterBitsPerKey
        }

        /// For indexes whose keys are mostly there: all bits, no filter.
        public static let present = Options()
        /// For duplicates and dictionaries, whose keys are mostly absent: 48 bits, and a filter.
        public static let usuallyAbsent = Options(keyBits: 48, filterBitsPerKey: 12)
    }

    /// The number of the index in its database.
    public let index: UInt8
    /// The database that holds it, perhaps with other indexes.
    public let database: Database
    /// How it is stored.
    public let options: Options
    /// How many neighbours of one size are merged into one.
    static let mergeFactor = 8
    /// About how much a step of a merge writes in one commit.
    let partByteCount: Int

    /// The catalogue that was parsed last; its checksum tells whether it is still the one that is stored.
    private let known = Mutex<(checksum: UInt64, catalogue: RunCatalogue)?>(nil)
    /// Held while merging: one merge of an index at a time.
    let merging = Mutex<Void>(())

    /// An index of a database; nothing is read or written yet.
    public convenience init(index: UInt8, in database: Database, options: Options) {
        self.init(index: index, in: database, options: options, partByteCount: 1 << 20)
    }

    /// The same with smaller parts, so that tests see many steps of a merge of few postings.
    init(index: UInt8, in database: Database, options: Options, partByteCount: Int) {
        self.index = index
        self.database = database
        self.options = options
        self.partByteCount = partByteCount
    }

    /// The first position that is not covered: where the next run begins. What lies between it and the head
    /// of the log must be looked for elsewhere.
    public func coveredEnd(in transaction: borrowing ReadTransaction) throws -> UInt64 {
        try catalogue(in: transaction).coveredEnd
    }

    /// Adds a run, in any order of postings, and moves the covered end, in the same transaction.
    ///
    /// - Parameters:
    ///   - postings: at most a few million; each position lies in `positions`.
    ///   - positions: what the run covers; it begins at the covered end.
    /// - Throws: `notContiguous`; errors of LMDB.
    public func add(
        _ postings: consuming [Posting], covering positions: Range<UInt64>,
        in transaction: inout WriteTransaction
    ) throws {
        var catalogue = try catalogue(in: transaction.reading)
        guard positions.lowerBound == catalogue.coveredEnd else {
            throw SortedRunsError(
                .notContiguous,
                "index \(index) covers positions below \(catalogue.coveredEnd); the run that is to be added "
                    + "covers \(positions). Add what lies between first, or leave out what is covered")
        }
        var sorted = postings
        let shift = UInt64(64 - options.keyBits)
        if shift > 0 {
            for place in sorted.indices { sorted[place].key >>= shift }
        }
        sorted.sortByKeyAndPosition()
        catalogue.coveredEnd = positions.upperBound
        if !sorted.isEmpty {
            let number = catalogue.nextNumber
            catalogue.nextNumber += 1
            catalogue.runs.append(try write(sorted, number, covering: positions, in: &transaction))
        }
        try store(catalogue, in: &transaction)
    }

    private func write(
        _ sorted: [Posting], _ number: UInt32, covering positions: Range<UInt64>,
        in transaction: inout WriteTransaction
    ) throws -> Run {
        var encoder = RunEncoder(base: positions.lowerBound)
        for posting in sorted {
            precondition(
                positions.contains(posting.position),
                "position \(posting.position) lies outside \(positions), which the run covers")
            try encoder.append(key: posting.key, position: posting.position)
            if encoder.pendingByteCount >= 1 << 20 { try put(encoder.takeBlocks(), number, in: &transaction) }
        }
        encoder.finish()
        try put(encoder.takeBlocks(), number, in: &transaction)
        var run = Run(
            number: number, covering: positions, postingCount: encoder.postingCount,
            keyCount: encoder.keyCount,
            blockCount: encoder.blockCount, byteCount: encoder.byteCount, filterBlockCount: 0)
        if options.filterBitsPerKey > 0 {
            run.filterBlockCount = RunFilter.blockCount(
                keys: run.keyCount, bitsPerKey: options.filterBitsPerKey)
            var filter = RunFilter.Builder(blockCount: run.filterBlockCount)
            let shift = UInt64(64 - options.keyBits)
            for posting in sorted { filter.add(posting.key << shift) }
            filter.finish()
            try put(filter.takeParts(), number, in: &transaction)
        }
        return run
    }

    func put(_ blocks: [EncodedBlock], _ number: UInt32, in transaction: inout WriteTransaction) throws {
        for block in blocks {
            let key = blockKey(number, block.firstKey, block.firstPosition)
            try transaction.put(block.bytes.span, for: key, in: database)
        }
    }

    func put(
        _ parts: [(number: UInt32, bytes: [UInt8])], _ number: UInt32, in transaction: inout WriteTransaction
    ) throws {
        for part in parts {
            try transaction.put(part.bytes.span, for: filterKey(number, part.number), in: database)
        }
    }

    // The layout of keys: the number of the index, then 0 for the catalogue, or 1, the number of the run, and
    // 0, first key and first position of a block, or 1 and the number of a part of the filter.

    private var catalogueKey: Key { Key(index).appending(0 as UInt8) }

    /// What the keys of everything of a run begin with; that of the next number ends them.
    func runPrefix(_ number: UInt32) -> Key { Key(index).appending(1 as UInt8).appending(number) }

    func blockKey(_ number: UInt32, _ key: UInt64, _ position: UInt64) -> Key {
        runPrefix(number).appending(0 as UInt8).appending(key).appending(position)
    }

    func filterKey(_ number: UInt32, _ part: UInt32) -> Key {
        runPrefix(number).appending(1 as UInt8).appending(part)
    }

    func catalogue(in transaction: borrowing ReadTransaction) throws -> RunCatalogue {
        let found = try transaction.value(for: catalogueKey, in: database) { bytes -> RunCatalogue in
            let checksum = bytes.count < 8 ? 0 : bytes.bigEndianUInt64(at: 0)
            if let known = known.withLock({ $0 }), known.checksum == checksum { return known.catalogue }
            let parsed = try RunCatalogue(bytes, index: index)
            try check(parsed)
            known.withLock { $0 = (checksum, parsed) }
            return parsed
        }
        return found
            ?? RunCatalogue(
                keyBits: UInt8(options.keyBits), filterBitsPerKey: UInt8(options.filterBitsPerKey))
    }

    private func check(_ catalogue: RunCatalogue) throws(SortedRunsError) {
        guard
            Int(catalogue.keyBits) == options.keyBits,
            Int(catalogue.filterBitsPerKey) == options.filterBitsPerKey
        else {
            throw SortedRunsError(
                .incompatible,
                "index \(index) was made with \(catalogue.keyBits) bits of keys and \(catalogue.filterBitsPerKey) "
                    + "of filter, this program expects \(options.keyBits) and \(options.filterBitsPerKey). "
                    + "Delete the index; it is built again from the log")
        }
    }

    func store(_ catalogue: RunCatalogue, in transaction: inout WriteTransaction) throws {
        try transaction.put(catalogue.encoded().span, for: catalogueKey, in: database)
    }
}
