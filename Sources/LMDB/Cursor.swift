import CLMDB

/// A place in a database that can be moved in key order, lent by `ReadTransaction.withCursor`.
///
/// Moving answers whether there is an entry at the new place. Reading where there is none traps.
@safe
public struct Cursor: ~Copyable {
    private let pointer: OpaquePointer
    private let environment: LMDBEnvironment
    @usableFromInline let name: String
    @usableFromInline var key: LentBytes?
    @usableFromInline var value: LentBytes?

    init(_ transaction: borrowing ReadTransaction, slot: UInt32, name: String) throws(LMDBError) {
        environment = transaction.environment
        self.name = name
        key = nil
        value = nil
        var opened: OpaquePointer?
        try unsafe environment.check(mdb_cursor_open(transaction.pointer, slot, &opened), "open a cursor in")
        guard let opened = unsafe opened else { preconditionFailure("liblmdb opened no cursor") }
        unsafe pointer = opened
    }

    deinit { unsafe mdb_cursor_close(pointer) }

    /// Moves to the first entry.
    public mutating func first() throws(LMDBError) -> Bool { try move(MDB_FIRST) }

    /// Moves to the last entry.
    public mutating func last() throws(LMDBError) -> Bool { try move(MDB_LAST) }

    /// Moves to the next entry; to the first when the cursor is nowhere yet.
    public mutating func next() throws(LMDBError) -> Bool { try move(MDB_NEXT) }

    /// Moves to the previous entry; to the last when the cursor is nowhere yet.
    public mutating func previous() throws(LMDBError) -> Bool { try move(MDB_PREV) }

    /// Moves to the first entry whose key is `key` or sorts after it.
    public mutating func seek(atLeast key: Key) throws(LMDBError) -> Bool {
        try key.withBytes { (bytes) throws(LMDBError) in try move(MDB_SET_RANGE, to: bytes) }
    }

    /// Moves to the first entry whose key is `key` or sorts after it.
    public mutating func seek(atLeast key: Span<UInt8>) throws(LMDBError) -> Bool {
        try move(MDB_SET_RANGE, to: key)
    }

    /// Moves to the entry of exactly this key.
    public mutating func seek(exactly key: Key) throws(LMDBError) -> Bool {
        try key.withBytes { (bytes) throws(LMDBError) in try move(MDB_SET_KEY, to: bytes) }
    }

    /// Moves to the entry of exactly this key.
    public mutating func seek(exactly key: Span<UInt8>) throws(LMDBError) -> Bool {
        try move(MDB_SET_KEY, to: key)
    }

    /// Moves to the last entry whose key sorts before `key`.
    public mutating func seek(before key: Key) throws(LMDBError) -> Bool {
        try seek(atLeast: key) ? previous() : last()
    }

    /// Whether the cursor stands on an entry.
    @inlinable
    public var isPlaced: Bool { key != nil }

    /// Lends the key and value at the cursor.
    @inlinable
    public func withCurrent<Result: ~Copyable, Failure: Error>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let key, let value else { preconditionFailure("the cursor stands on no entry") }
        return try body(
            unsafe Span(_unsafeStart: key.start, count: key.count),
            unsafe Span(_unsafeStart: value.start, count: value.count))
    }

    /// Lends the key at the cursor.
    @inlinable
    public func withKey<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let key else { preconditionFailure("the cursor stands on no entry") }
        return try key.lend(body)
    }

    /// Lends the value at the cursor.
    @inlinable
    public func withValue<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let value else { preconditionFailure("the cursor stands on no entry") }
        return try value.lend(body)
    }

    /// Lends the value at the cursor as the records it was written from; see `ReadTransaction.records`.
    @inlinable
    public func withRecords<Record: BitwiseCopyable, Result>(
        of type: Record.Type, _ body: (Span<Record>) throws -> Result
    ) throws -> Result {
        guard let value else { preconditionFailure("the cursor stands on no entry") }
        guard let result = try value.lendRecords(of: type, body) else { throw badRecords() }
        return result
    }

    @usableFromInline
    func badRecords() -> LMDBError {
        LMDBError(
            .badRecords, operation: "read records of \(name) from", path: environment.folder,
            message: "a stored value is not a whole number of records: it was written by another layout")
    }

    private mutating func move(_ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        var newKey = unsafe MDB_val()
        var newValue = unsafe MDB_val()
        let status = unsafe mdb_cursor_get(pointer, &newKey, &newValue, operation)
        return try unsafe settle(status, newKey, newValue)
    }

    private mutating func move(_ operation: MDB_cursor_op, to target: Span<UInt8>) throws(LMDBError) -> Bool {
        var newKey = unsafe MDB_val()
        var newValue = unsafe MDB_val()
        let pointer = unsafe self.pointer
        let status = unsafe target.withUnsafeBufferPointer { buffer in
            // liblmdb takes keys by mutable pointer but does not write to them.
            unsafe newKey = MDB_val(mv_size: buffer.count, mv_data: .init(mutating: buffer.baseAddress))
            return unsafe mdb_cursor_get(pointer, &newKey, &newValue, operation)
        }
        return try unsafe settle(status, newKey, newValue)
    }

    private mutating func settle(
        _ status: Int32, _ newKey: MDB_val, _ newValue: MDB_val
    ) throws(LMDBError) -> Bool {
        if status == MDB_SUCCESS {
            key = unsafe LentBytes(start: newKey.mv_data, count: newKey.mv_size)
            value = unsafe LentBytes(start: newValue.mv_data, count: newValue.mv_size)
            return true
        }
        key = nil
        value = nil
        if status == MDB_NOTFOUND { return false }
        throw LMDBError(status: status, operation: "move a cursor in", path: environment.folder)
    }
}

extension Cursor {
    /// Deletes the entry at the cursor; `next` then moves to the entry behind it. Only write transactions
    /// reach this: it is not public.
    mutating func deleteCurrent() throws(LMDBError) {
        let status = unsafe mdb_cursor_del(pointer, 0)
        key = nil
        value = nil
        if status != MDB_SUCCESS {
            throw LMDBError(status: status, operation: "delete from", path: environment.folder)
        }
    }
}
