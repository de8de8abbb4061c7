public import Events
import LMDB
import SortedRuns
import Synchronization

/// The log of a ledger: what happened, in the order in which it was learned.
///
/// One process writes at a time, and any number read, in this process and in others. A ledger is a folder with
/// `log/` (the truth), `keys/` (secrets) and `views/` (derived); this type owns the first two.
public final class EventLog: Sendable {
    /// What a log is opened for.
    public enum Access: Sendable {
        /// Reading only: any number of processes at a time.
        case read
        /// Reading and writing: one process at a time, waited for so many seconds.
        case write(waitSeconds: Double)

        /// Writing, with the usual wait of five seconds.
        public static let write = Access.write(waitSeconds: 5)
    }

    /// The folder of the ledger.
    public let folder: String
    /// What was fixed when the ledger was made.
    public let facts: LedgerFacts
    /// How the log is run.
    public let options: LogOptions
    let storage: LogStorage
    let tails = TailCache()
    /// The queue of those who append; nil where the log was opened for reading.
    let queue: AppendQueue?
    private let schemaBook: SchemaBook
    private let preparers = EventPreparers()
    private let lazyKeys = Mutex<LedgerKeys?>(nil)
    private let lock: Mutex<WriterLock?>

    /// Opens the log of a ledger.
    ///
    /// - Throws: `missing`, `damaged`, `newerVersion`, `locked`, `keys` or `inputOutput`.
    public init(opening folder: String, access: Access, options: LogOptions = LogOptions()) throws(LogError) {
        self.folder = folder
        self.options = options
        schemaBook = SchemaBook(options.schemas)
        guard Files.exists(folder + "/log/data.mdb") else {
            throw LogError(
                .missing,
                Files.exists(folder)
                    ? "\(folder) is not a ledger: it holds no log. `daybook init` makes one"
                    : "there is no ledger at \(folder). `daybook init` makes one; --ledger names another")
        }
        switch access {
        case .read:
            lock = Mutex(nil)
            storage = try Self.openStorage(folder, .read, options)
            queue = nil
        case .write(let waitSeconds):
            let held = try WriterLock(folder: folder + "/log", waitSeconds: waitSeconds)
            storage = try Self.openStorage(folder, .write, options)
            let keys = try LedgerKeys(folder: folder + "/keys", access: .write)
            lazyKeys.withLock { $0 = keys }
            for runs in storage.indexes.all {
                let environment = storage.environment
                try storing { try runs.recover(environment) }
            }
            let writer = try LogWriter(storage, keys: keys, schemas: schemaBook, options: options)
            queue = AppendQueue(writer, storage, options)
            lock = Mutex(held)
        }
        facts = try Self.readFacts(storage)
    }

    private static func openStorage(
        _ folder: String, _ access: LMDBEnvironment.Access, _ options: LogOptions
    ) throws(LogError) -> LogStorage {
        do {
            let storage = try LogStorage(
                try LMDBEnvironment(
                    folder: folder + "/log", access: access, mapByteCount: options.mapByteCount))
            // Before anything is tidied up: what a newer program wrote is not ours to touch.
            try storage.environment.read { transaction in try storage.checkVersion(in: transaction) }
            return storage
        } catch let error as LMDBError where error.code == .notFound {
            throw LogError(.damaged, "\(folder) is not a whole ledger: \(error)")
        } catch {
            throw LogError.wrapping(error)
        }
    }

    private static func readFacts(_ storage: LogStorage) throws(LogError) -> LedgerFacts {
        try storing {
            try storage.environment.read { transaction in
                try storage.checkVersion(in: transaction)
                return try storage.facts(in: transaction)
            }
        }
    }

    /// Whether this log can be appended to.
    public var isWritable: Bool { queue != nil }

    /// The keys by which personal values can be read. They are opened when first asked for: who may not read
    /// them can still read the log.
    public func keys() throws(LogError) -> LedgerKeys {
        do {
            return try lazyKeys.withLock { keys in
                if let keys { return keys }
                let opened = try LedgerKeys(folder: folder + "/keys", access: .read)
                keys = opened
                return opened
            }
        } catch {
            throw LogError.wrapping(error)
        }
    }

    /// Lends the log as it stands now. Nothing that is appended meanwhile shows in it.
    ///
    /// Be done soon: as long as a view lives, no page that it can see is used again and the file grows.
    public func read<Result>(_ body: (borrowing LogView) throws -> Result) throws -> Result {
        let snapshot: LogSnapshot = try storing { try LogSnapshot(storage) }
        return try body(LogView(snapshot, tails: tails))
    }

    /// Someone who prepares events for `append`; each thread wants one of its own.
    public func makePreparer() throws(LogError) -> EventPreparer {
        EventPreparer(schemas: try registeredSchemas(), keys: try keys())
    }

    /// Lends someone who prepares events, and who remembers how the events of earlier calls looked.
    public func withPreparer<Result>(_ body: (EventPreparer) -> Result) throws(LogError) -> Result {
        let edition = schemaBook.number
        let preparer = try preparers.take(edition: edition) { isFirst throws(LogError) in
            let schemas = try registeredSchemas()
            return EventPreparer(schemas: isFirst ? schemas : schemas.separate(), keys: try keys())
        }
        defer { preparers.give(preparer, edition: edition) }
        return body(preparer)
    }

    /// The types of events that are known: the built-in ones and, where the log was opened for writing, those
    /// that users registered in it.
    public var schemas: SchemaRegistry { schemaBook.current }

    /// The size and shape of what is stored, for `status` and `doctor`.
    public func storageStatistics() throws(LogError) -> LogStatistics {
        try storing { try LogStatistics(storage) }
    }

    deinit { queue?.close() }

    /// Ends writing in good order: waits for appenders, turns the newest index entries into runs, and lets other
    /// processes write. A log that is dropped without it loses nothing; the next opening takes longer.
    public func close() throws(LogError) {
        queue?.close()
        let keys = lazyKeys.withLock { $0.take() }
        try keys?.close()
        try storing { try storage.environment.close() }
        lock.withLock { $0 = nil }
    }
}

/// How large the parts of a log are.
public struct LogStatistics: Sendable {
    /// Bytes of the file that hold something.
    public let usedByteCount: Int
    /// Bytes of the file that can be used again.
    public let freeByteCount: Int
    /// How many processes and threads are reading.
    public let readerCount: Int
    /// Where the events begin that no sorted run covers yet.
    public let coveredEnd: Position

    init(_ storage: LogStorage) throws {
        let statistics = try storage.environment.statistics()
        usedByteCount = statistics.usedByteCount
        freeByteCount = statistics.freeByteCount
        readerCount = statistics.readerCount
        coveredEnd = Position(try storage.environment.read { try storage.indexes.coveredEnd(in: $0) })
    }
}
