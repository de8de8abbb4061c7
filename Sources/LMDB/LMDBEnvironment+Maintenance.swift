import CLMDB
import Glibc
import Synchronization

extension LMDBEnvironment {
    /// Writes a consistent copy into a folder, which is made where it is missing and must be empty. Writers
    /// can go on meanwhile, but the pages that the copy reads are pinned, so the file grows.
    ///
    /// - Parameter compact: leaves free pages out, and numbers the others anew: smaller, but slower.
    public func copy(to target: String, compact: Bool) throws(LMDBError) {
        if unsafe mkdir(target, 0o700) != 0, errno != EEXIST {
            throw LMDBError(status: errno, operation: "create the folder", path: target)
        }
        let reader = try beginReading()
        defer { _ = reader }
        guard let handle = state.withLock({ $0.handle }) else {
            throw LMDBError(.closed, operation: "copy", path: folder)
        }
        let status = unsafe mdb_env_copy2(handle.pointer, target, compact ? UInt32(MDB_CP_COMPACT) : 0)
        if status != MDB_SUCCESS {
            throw LMDBError(status: status, operation: "copy \(folder) to", path: target)
        }
    }

    /// Flushes what the operating system holds back. Commits are durable without it.
    public func sync() throws(LMDBError) {
        guard let handle = state.withLock({ $0.handle }) else {
            throw LMDBError(.closed, operation: "flush", path: folder)
        }
        try unsafe check(mdb_env_sync(handle.pointer, 1), "flush")
    }

    /// The size and use of the environment as of now.
    public func statistics() throws -> EnvironmentStatistics {
        try read { transaction in
            guard let handle = state.withLock({ $0.handle }) else {
                throw LMDBError(.closed, operation: "read the statistics of", path: folder)
            }
            var information = unsafe MDB_envinfo()
            try unsafe check(mdb_env_info(handle.pointer, &information), "read the statistics of")
            var shape = MDB_stat()
            try unsafe check(mdb_env_stat(handle.pointer, &shape), "read the statistics of")
            let pageByteCount = Int(shape.ms_psize)
            return EnvironmentStatistics(
                mapByteCount: unsafe information.me_mapsize,
                usedByteCount: unsafe (information.me_last_pgno + 1) * pageByteCount,
                freeByteCount: try freePageCount(transaction) * pageByteCount,
                pageByteCount: pageByteCount, lastCommit: UInt64(unsafe information.me_last_txnid),
                readerCount: Int(unsafe information.me_numreaders),
                maximumReaderCount: Int(unsafe information.me_maxreaders))
        }
    }

    /// Slot 0 lists free pages by the commit that freed them: each value begins with its count.
    private func freePageCount(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Int {
        var cursor = try Cursor(transaction, slot: 0, name: "")
        var count = 0
        while try cursor.next() {
            count += cursor.withValue { bytes in
                // Native order: LMDB writes it as a machine word, on a little-endian machine.
                (0..<8).reduce(0) { $0 | Int(bytes[$1]) << ($1 * 8) }
            }
        }
        return count
    }
}
