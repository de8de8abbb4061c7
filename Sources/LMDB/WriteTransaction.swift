import CLMDB

/// The one transaction that writes. Dropping it abandons everything; `commit` makes it durable.
///
/// It must end on the thread that began it: liblmdb's lock belongs to the thread. Bytes that `reading` lends
/// cannot be held across a write, because writing needs exclusive access to the transaction.
public struct WriteTransaction: ~Copyable {
    /// Everything that reads; it sees what this transaction has written so far.
    public let reading: ReadTransaction
    private var mustBeAbandoned = false

    /// How a key is written.
    public enum Mode: Sendable {
        /// A value that is there is replaced.
        case overwrite
        /// A key that is there is an error, `keyExists`.
        case noOverwrite
        /// The key sorts after all that are there, or it is an error, `keyExists`. Fills pages wholly and
        /// is several times faster.
        case append

        fileprivate var flags: UInt32 {
            switch self {
            case .overwrite: 0
            case .noOverwrite: UInt32(MDB_NOOVERWRITE)
            case .append: UInt32(MDB_APPEND)
            }
        }
    }

    init(_ transaction: consuming ReadTransaction) { reading = transaction }

    /// Makes everything durable, or throws and leaves all as it was.
    public consuming func commit() throws(LMDBError) {
        if mustBeAbandoned {
            throw LMDBError(status: MDB_BAD_TXN, operation: "commit to", path: reading.environment.folder)
        }
        try reading.commit()
    }

    /// Writes a value.
    public mutating func put(
        _ value: Span<UInt8>, for key: Key, in database: Database, _ mode: Mode = .overwrite
    ) throws(LMDBError) {
        try key.withBytes { (bytes) throws(LMDBError) in try put(value, for: bytes, in: database, mode) }
    }

    /// Writes a value under a key of any length up to 511 bytes.
    public mutating func put(
        _ value: Span<UInt8>, for key: Span<UInt8>, in database: Database, _ mode: Mode = .overwrite
    ) throws(LMDBError) {
        let slot = database.slot(in: reading.environment)
        let pointer = unsafe reading.pointer
        let status = unsafe key.withUnsafeBufferPointer { keyBuffer in
            unsafe value.withUnsafeBufferPointer { valueBuffer in
                // liblmdb takes keys and values by mutable pointer but does not write to them.
                var name = unsafe MDB_val(
                    mv_size: keyBuffer.count, mv_data: .init(mutating: keyBuffer.baseAddress))
                var content = unsafe MDB_val(
                    mv_size: valueBuffer.count, mv_data: .init(mutating: valueBuffer.baseAddress))
                return unsafe mdb_put(pointer, slot, &name, &content, mode.flags)
            }
        }
        try reading.environment.check(status, "write to")
    }

    /// Writes records as the bytes that they are in memory; `ReadTransaction.records` lends them again.
    ///
    /// Of values above half a page the records lie aligned, so that they are read in place. A value takes
    /// whole pages then: 4,096 n − 16 bytes waste nothing.
    public mutating func put<Record: BitwiseCopyable>(
        records: Span<Record>, for key: Key, in database: Database, _ mode: Mode = .overwrite
    ) throws(LMDBError) {
        let byteCount = records.count * MemoryLayout<Record>.stride
        let start = try unsafe reserve(byteCount, for: key, in: database, mode)
        // The place was reserved with exactly this many bytes.
        unsafe records.withUnsafeBytes { source in
            if let first = source.baseAddress { unsafe start.copyMemory(from: first, byteCount: byteCount) }
        }
    }

    /// Makes room for a value of `byteCount` bytes and lends it to `fill`, which must write every byte.
    ///
    /// Saves copying large values. When `fill` throws, the transaction can no longer be committed.
    public mutating func put<Failure: Error>(
        byteCount: Int, for key: Key, in database: Database, _ mode: Mode = .overwrite,
        _ fill: (inout MutableSpan<UInt8>) throws(Failure) -> Void
    ) throws {
        let start = try unsafe reserve(byteCount, for: key, in: database, mode)
        let bytes = unsafe start.bindMemory(to: UInt8.self, capacity: byteCount)
        unsafe bytes.initialize(repeating: 0, count: byteCount)
        var span = unsafe MutableSpan(_unsafeStart: bytes, count: byteCount)
        do { try fill(&span) } catch {
            mustBeAbandoned = true
            throw error
        }
    }

    private mutating func reserve(
        _ byteCount: Int, for key: Key, in database: Database, _ mode: Mode
    ) throws(LMDBError) -> UnsafeMutableRawPointer {
        let slot = database.slot(in: reading.environment)
        let pointer = unsafe reading.pointer
        var content = unsafe MDB_val(mv_size: byteCount, mv_data: nil)
        let status = key.withBytes { bytes in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                var name = unsafe MDB_val(mv_size: buffer.count, mv_data: .init(mutating: buffer.baseAddress))
                return unsafe mdb_put(pointer, slot, &name, &content, mode.flags | UInt32(MDB_RESERVE))
            }
        }
        try reading.environment.check(status, "write to")
        guard let start = unsafe content.mv_data else { preconditionFailure("liblmdb reserved no room") }
        return unsafe start
    }

    /// Deletes a key; false when it was not there.
    @discardableResult
    public mutating func delete(_ key: Key, in database: Database) throws(LMDBError) -> Bool {
        try key.withBytes { (bytes) throws(LMDBError) in try delete(bytes, in: database) }
    }

    /// Deletes a key of any length up to 511 bytes; false when it was not there.
    @discardableResult
    public mutating func delete(_ key: Span<UInt8>, in database: Database) throws(LMDBError) -> Bool {
        let slot = database.slot(in: reading.environment)
        let pointer = unsafe reading.pointer
        let status = unsafe key.withUnsafeBufferPointer { buffer in
            var name = unsafe MDB_val(mv_size: buffer.count, mv_data: .init(mutating: buffer.baseAddress))
            return unsafe mdb_del(pointer, slot, &name, nil)
        }
        if status == MDB_NOTFOUND { return false }
        try reading.environment.check(status, "delete from")
        return true
    }

    /// Deletes at most `limit` keys from `start` on that sort before `end`; returns how many.
    @discardableResult
    public mutating func delete(
        from start: Key, upTo end: Key, in database: Database, limit: Int = .max
    ) throws(LMDBError) -> Int {
        var deleted = 0
        let slot = database.slot(in: reading.environment)
        var cursor = try Cursor(reading, slot: slot, name: database.name)
        var isPlaced = try cursor.seek(atLeast: start)
        while isPlaced, deleted < limit {
            let isBefore = cursor.withKey { key in end.withBytes { key.precedes($0) } }
            guard isBefore else { break }
            try cursor.deleteCurrent()
            deleted += 1
            isPlaced = try cursor.next()
        }
        return deleted
    }

    /// Deletes every key; the database stays, empty.
    public mutating func empty(_ database: Database) throws(LMDBError) {
        try unsafe reading.environment.check(
            mdb_drop(reading.pointer, database.slot(in: reading.environment), 0), "empty a database of")
    }
}

extension Span where Element == UInt8 {
    /// Whether these bytes sort before others, as LMDB sorts keys.
    func precedes(_ other: Span<UInt8>) -> Bool {
        for index in 0..<Swift.min(count, other.count) where self[index] != other[index] {
            return self[index] < other[index]
        }
        return count < other.count
    }
}
