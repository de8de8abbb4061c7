import Events
import Glibc
import LMDB
import Merkle
import SortedRuns

/// The one writer of a log. Whoever holds it writes; a write transaction begins and ends within `commit`, on
/// one thread.
struct LogWriter {
    let storage: LogStorage
    let keys: LedgerKeys
    let options: LogOptions
    let schemas: SchemaBook
    var head: HeadRecord
    var tree: TreeBuilder
    /// The index entries behind the sorted runs, with those of the events that are about to be written.
    var tail: TailIndex
    /// Who was merged into whom; nil until a merge or split first needs it.
    var merges: MergeGraph?
    let preparer: EventPreparer
    let reader = JSONReader()
    /// Of no meaning: see ``TailIndex/touch(_:)``.
    var touched: UInt64 = 0
    /// Why the log no longer takes events.
    private(set) var failure: LogError?

    init(
        _ storage: LogStorage, keys: LedgerKeys, schemas: SchemaBook, options: LogOptions
    ) throws(LogError) {
        self.storage = storage
        self.schemas = schemas
        self.keys = keys
        self.options = options
        preparer = EventPreparer(schemas: schemas.current, keys: keys)
        (head, tree, tail) = try storing { try Self.load(storage) }
        try storing { try readRegisteredSchemas() }
    }

    private static func load(_ storage: LogStorage) throws -> (HeadRecord, TreeBuilder, TailIndex) {
        let transaction = try storage.environment.beginReading()
        try storage.checkVersion(in: transaction)
        let head = try storage.head(in: transaction)
        let tree = try storage.builder(head, in: transaction)
        var tail = TailIndex(base: try storage.indexes.coveredEnd(in: transaction))
        try tail.scan(upTo: head.count, of: storage, in: transaction)
        return (head, tree, tail)
    }

    /// Writes what can be written of some batches in one transaction, and answers each.
    ///
    /// A batch that is refused takes nothing from the others. A transaction that fails acknowledges none.
    mutating func commit(_ requests: inout [AppendRequest]) -> [Result<AppendResult, LogError>] {
        if let failure { return requests.map { _ in .failure(failure) } }
        let before = (head: head, tree: tree, tailEnd: tail.end, mergeCount: merges?.count)
        do {
            try keys.flush()
            return try write(&requests)
        } catch {
            head = before.head
            tree = before.tree
            tail.truncate(to: before.tailEnd)
            if let count = before.mergeCount { merges?.truncate(to: count) } else { merges = nil }
            let problem = LogError.wrapping(error)
            recover(from: problem)
            return requests.map { _ in .failure(problem) }
        }
    }

    private mutating func write(_ requests: inout [AppendRequest]) throws -> [Result<AppendResult, LogError>]
    {
        var transaction = try storage.environment.beginWriting()
        var plan = CommitPlan(head: head)
        for number in requests.indices {
            plan.answers.append(try self.plan(number, of: &requests, &plan, in: transaction.reading))
        }
        guard !plan.staged.isEmpty else { return plan.answers }
        try putLines(plan, of: requests, in: &transaction)
        plan.head.root = tree.root.bytes
        try transaction.put(plan.head.bytes.span, for: LogFormat.headKey, in: storage.state)
        let isFull = tail.count >= options.flushCount
        if isFull { try storage.indexes.add(tail, in: &transaction) }
        try transaction.commit()
        head = plan.head
        if isFull { tail = TailIndex(base: tail.end) }
        for staged in plan.staged where requests[staged.request].isOwn {
            // It was tried before, after those that stand before it: it cannot fail.
            do { try schemas.register(try parse(staged.event, of: staged.request, requests)) } catch {
                continue
            }
        }
        return plan.answers
    }

    private mutating func putLines(
        _ plan: CommitPlan, of requests: [AppendRequest], in transaction: inout WriteTransaction
    ) throws {
        var block = BlockBuilder(first: head.count)
        var value: [UInt8] = []
        var leaves: [TreeHash] = []
        leaves.reserveCapacity(plan.staged.count)
        var recorded = Int64.min
        var text: [UInt8] = []
        for staged in plan.staged {
            if staged.recorded != recorded || text.isEmpty {
                recorded = staged.recorded
                text = Instant(microseconds: recorded).fixedWidthBytes
            }
            let event = requests[staged.request].batch.events[staged.event]
            if block.isFull(for: event.byteCount) { try put(&block, &value, &leaves, in: &transaction) }
            requests.withLine(staged) { line, offset in
                block.append(line, recordedOffset: offset, recorded: recorded, setting: text)
            }
        }
        try put(&block, &value, &leaves, in: &transaction)
        tree.append(contentsOf: leaves)
        try storage.putTiles(tree.takeFullTiles(), of: tree, in: &transaction)
    }

    private func put(
        _ block: inout BlockBuilder, _ value: inout [UInt8], _ leaves: inout [TreeHash],
        in transaction: inout WriteTransaction
    ) throws {
        let key = Key(block.first)
        block.appendLeaves(to: &leaves)
        block.finish(into: &value, packer: storage.packer)
        try transaction.put(value.span, for: key, in: storage.lines, .append)
    }

    /// Learns the users' own types from the log.
    private mutating func readRegisteredSchemas() throws {
        let transaction = try storage.environment.beginReading()
        for position in try positions(ofType: SchemaBook.registration, in: transaction) {
            try storage.withLine(at: position, in: transaction) { line, _ in try reader.parse(line) }
            try schemas.register(try Envelope.read(reader, stored: true))
        }
    }

    /// The positions at which an event of a type may stand, ascending.
    mutating func positions(ofType type: String, in transaction: borrowing ReadTransaction) throws -> [UInt64]
    {
        let key = IndexKeys.key(type.utf8.span)
        var positions: [UInt64] = []
        _ = try storage.indexes.forEachPosition(
            .type, key: key, within: 0..<head.count, descending: false, in: transaction
        ) { position in
            positions.append(position)
            return true
        }
        return positions + tail.positions(.type, keys: key...key, below: head.count)
    }

    /// After a failed write: a file whose first pages may be half written is opened again, and what it holds
    /// decides. Where that fails too, nothing is written any more.
    private mutating func recover(from problem: LogError) {
        guard problem.category == .readOnly || problem.category == .inputOutput else { return }
        do {
            try reopen()
            (head, tree, tail) = try Self.load(storage)
            merges = nil
        } catch {
            failure = LogError(
                .readOnly,
                "the ledger takes no events any more, because a write failed (\(problem.message)) and it could "
                    + "not be opened again (\(LogError.wrapping(error).message)). "
                    + "Look after the disk, then start the program again")
        }
    }

    /// Opens the environment again, as soon as nobody in this process reads from it.
    private func reopen() throws(LMDBError) {
        var attempts = 200
        while true {
            do throws(LMDBError) {
                try storage.environment.reopen()
                storage.unpacked.removeAll()
                return try keys.reopen()
            } catch {
                attempts -= 1
                if error.code != .busy || attempts == 0 { throw error }
                usleep(10_000)
            }
        }
    }

    /// Makes sorted runs of what lies behind them, if that is more than a few events.
    mutating func flush(atLeast count: Int) throws(LogError) {
        guard failure == nil, tail.count >= max(count, 1) else { return }
        try storing {
            var transaction = try storage.environment.beginWriting()
            try storage.indexes.add(tail, in: &transaction)
            try transaction.commit()
        }
        tail = TailIndex(base: tail.end)
    }

    /// Takes no events from now on.
    mutating func close() {
        failure = failure ?? LogError(.readOnly, "the log was closed")
    }
}
