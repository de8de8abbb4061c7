import CLMDB

/// A snapshot of an environment: it sees what was committed before it began, and nothing later.
///
/// It ends when it is dropped. End it soon: as long as it lives, no page that it can see is used again, and
/// the file grows. It must be used by one thread at a time.
///
/// A write transaction lends one as `WriteTransaction.reading`; that one also sees what was written so far.
@safe
public struct ReadTransaction: ~Copyable {
    let environment: LMDBEnvironment
    /// Nil only after a write transaction has handed it to a commit.
    private var handle: OpaquePointer?
    private let isWriting: Bool

    init(environment: LMDBEnvironment, handle: OpaquePointer, isWriting: Bool) {
        self.environment = environment
        unsafe self.handle = handle
        self.isWriting = isWriting
    }

    deinit {
        if let handle = unsafe handle { unsafe mdb_txn_abort(handle) }
        environment.transactionEnded(wasWriting: isWriting)
    }

    /// liblmdb's handle, which lives as long as this value.
    var pointer: OpaquePointer {
        guard let handle = unsafe handle else { preconditionFailure("the transaction has ended") }
        return unsafe handle
    }

    /// Commits. liblmdb frees the handle whatever it answers, so it is given up first.
    consuming func commit() throws(LMDBError) {
        let pointer = unsafe self.pointer
        unsafe handle = nil
        try unsafe environment.check(mdb_txn_commit(pointer), "commit to")
    }

    /// The number of the last commit that this transaction sees. Equal numbers are equal snapshots.
    public var snapshot: UInt64 { UInt64(unsafe mdb_txn_id(pointer)) - (isWriting ? 1 : 0) }

    /// Finds a key; nil when it is not there.
    @usableFromInline
    func lookup(_ key: Span<UInt8>, in database: Database) throws(LMDBError) -> LentBytes? {
        let slot = database.slot(in: environment)
        let pointer = unsafe self.pointer
        var value = unsafe MDB_val()
        let status = unsafe key.withUnsafeBufferPointer { buffer in
            // liblmdb takes keys by mutable pointer but does not write to them.
            var name = unsafe MDB_val(mv_size: buffer.count, mv_data: .init(mutating: buffer.baseAddress))
            return unsafe mdb_get(pointer, slot, &name, &value)
        }
        if status == MDB_NOTFOUND { return nil }
        try environment.check(status, "read from")
        return unsafe LentBytes(start: value.mv_data, count: value.mv_size)
    }

    @usableFromInline
    func lookup(_ key: Key, in database: Database) throws(LMDBError) -> LentBytes? {
        try key.withBytes { (bytes) throws(LMDBError) in try lookup(bytes, in: database) }
    }

    /// Lends the value of a key to `body` and returns what it returns; nil when the key is not there.
    ///
    /// The bytes are LMDB's own, not a copy: they are gone when `body` returns.
    @inlinable
    public func value<Result>(
        for key: Key, in database: Database, _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        guard let found = try lookup(key, in: database) else { return nil }
        return try found.lend(body)
    }

    /// Lends the value of a key of any length up to 511 bytes; nil when the key is not there.
    @inlinable
    public func value<Result>(
        for key: Span<UInt8>, in database: Database, _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        guard let found = try lookup(key, in: database) else { return nil }
        return try found.lend(body)
    }

    /// A copy of the value of a key; nil when the key is not there. For small, rare values.
    public func copy(of key: Key, in database: Database) throws(LMDBError) -> [UInt8]? {
        try lookup(key, in: database)?.lend { bytes in [UInt8](copying: bytes) }
    }

    /// Lends a value as the records it was written from (`WriteTransaction.put(records:…)`); nil when the
    /// key is not there. They are read in place, or copied first when they lie unaligned (small values do).
    ///
    /// The record type must be the one that was written: the bytes are taken as they are.
    @inlinable
    public func records<Record: BitwiseCopyable, Result>(
        of type: Record.Type, for key: Key, in database: Database,
        _ body: (Span<Record>) throws -> Result
    ) throws -> Result? {
        guard let found = try lookup(key, in: database) else { return nil }
        guard let result = try found.lendRecords(of: type, body) else { throw badRecords(in: database) }
        return result
    }

    /// The error for a value that is not a whole number of records.
    @usableFromInline
    func badRecords(in database: Database) -> LMDBError {
        LMDBError(
            .badRecords, operation: "read records of \(database.name) from", path: environment.folder,
            message: "a stored value is not a whole number of records: it was written by another layout")
    }

    /// Whether the key is there.
    public func contains(_ key: Key, in database: Database) throws(LMDBError) -> Bool {
        try lookup(key, in: database) != nil
    }

    /// The number of keys.
    public func count(of database: Database) throws(LMDBError) -> Int {
        try statistics(of: database).entryCount
    }

    /// The size and shape of a database.
    public func statistics(of database: Database) throws(LMDBError) -> DatabaseStatistics {
        var found = MDB_stat()
        try unsafe environment.check(
            mdb_stat(pointer, database.slot(in: environment), &found), "read the statistics of")
        return DatabaseStatistics(
            entryCount: found.ms_entries, depth: Int(found.ms_depth), branchPageCount: found.ms_branch_pages,
            leafPageCount: found.ms_leaf_pages, overflowPageCount: found.ms_overflow_pages,
            pageByteCount: Int(found.ms_psize))
    }

    /// Lends a cursor over a database, not yet placed anywhere.
    public func withCursor<Result>(
        in database: Database, _ body: (inout Cursor) throws -> Result
    ) throws -> Result {
        var cursor = try Cursor(self, slot: database.slot(in: environment), name: database.name)
        return try body(&cursor)
    }

    /// Lends every key and value from `start` (or the first) on, in ascending order, until `body` returns
    /// false.
    @inlinable
    public func forEach(
        in database: Database, from start: Key? = nil,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Bool
    ) throws {
        try withCursor(in: database) { cursor in
            var isPlaced = try start.map { try cursor.seek(atLeast: $0) } ?? cursor.first()
            while isPlaced {
                guard try cursor.withCurrent(body) else { return }
                isPlaced = try cursor.next()
            }
        }
    }
}

extension Array where Element == UInt8 {
    /// A copy of lent bytes that may outlive the closure that lent them.
    public init(copying bytes: Span<UInt8>) {
        unsafe self.init(unsafeUninitializedCapacity: bytes.count) { buffer, count in
            for index in bytes.indices { unsafe buffer.initializeElement(at: index, to: bytes[index]) }
            count = bytes.count
        }
    }
}
