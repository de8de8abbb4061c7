import CLMDB
import Glibc
import Synchronization

/// liblmdb's handle of an environment.
// Unchecked: liblmdb lets any thread use an environment; it is closed once, by its owner, when no
// transaction is left.
@safe
struct EnvironmentHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    func close() { unsafe mdb_env_close(pointer) }

    /// Frees the places of readers whose processes died; they would pin pages for ever.
    func freeStaleReaders() -> Int {
        var count: Int32 = 0
        let status = unsafe mdb_reader_check(pointer, &count)
        return status == MDB_SUCCESS ? Int(count) : 0
    }
}

extension LMDBEnvironment {
    /// Looks, before liblmdb does, for what it would create or report without saying what is wrong.
    static func prepare(_ folder: String, _ access: Access) throws(LMDBError) {
        if access == .create {
            // Only its owner may look into a new folder.
            if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw LMDBError(status: errno, operation: "create the folder", path: folder)
            }
            return
        }
        var status = stat()
        if unsafe stat(folder + "/data.mdb", &status) != 0 {
            throw LMDBError(status: errno, operation: "open", path: folder)
        }
    }

    /// Opens the environment with the largest map that the system grants, up to the one asked for.
    static func openHandle(
        _ folder: String, _ access: Access, _ mapByteCount: Int
    ) throws(LMDBError) -> (handle: EnvironmentHandle, mapByteCount: Int, staleReaderCount: Int) {
        var size =
            OpenEnvironments.count > manyEnvironments
            ? min(mapByteCount, mapByteCountAmongMany) : mapByteCount
        let smallest = min(mapByteCount, 1 << 28)
        while true {
            do {
                let handle = try openHandleOnce(folder, access, size)
                var information = unsafe MDB_envinfo()
                _ = unsafe mdb_env_info(handle.pointer, &information)
                return (handle, unsafe information.me_mapsize, handle.freeStaleReaders())
            } catch {
                guard error.code == .outOfMemory, size > smallest else { throw error }
                size = max(size / 4, smallest)
            }
        }
    }

    /// A process has 128 TiB of addresses. When it has this many environments open, further ones take less each, so
    /// that a thousand of them find room.
    private static let manyEnvironments = 32
    private static let mapByteCountAmongMany = 1 << 36

    /// Gives the lock file its blocks. liblmdb maps it with holes, and on a full disk the first touch of a hole
    /// would end the process with a bus error.
    ///
    /// An existing file keeps its size: processes that have it open reckon the places for readers from it.
    private static func reserveLockFile(_ folder: String) throws(LMDBError) {
        let file = unsafe open(folder + "/lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        // Where it may not be written, liblmdb does without it or says so itself.
        guard file >= 0 else { return }
        defer { _ = Glibc.close(file) }
        let size = lseek(file, 0, SEEK_END)
        let status = posix_fallocate(file, 0, size > 0 ? size : lockFileByteCount)
        if status == ENOSPC || status == EDQUOT {
            throw LMDBError(status: status, operation: "open", path: folder)
        }
    }

    /// What liblmdb needs for 1,022 places for readers of 64 bytes each, and its own 192 bytes.
    private static let lockFileByteCount = 1 << 16

    private static func openHandleOnce(
        _ folder: String, _ access: Access, _ mapByteCount: Int
    ) throws(LMDBError) -> EnvironmentHandle {
        var created: OpaquePointer?
        var status = unsafe mdb_env_create(&created)
        guard status == MDB_SUCCESS, let pointer = unsafe created else {
            throw LMDBError(status: status, operation: "open", path: folder)
        }
        let handle = unsafe EnvironmentHandle(pointer: pointer)
        do throws(LMDBError) { try reserveLockFile(folder) } catch {
            handle.close()
            throw error
        }
        // Readers belong to their transaction, not to their thread (NOTLS).
        var flags = UInt32(MDB_NOTLS)
        if access == .read { flags |= UInt32(MDB_RDONLY) }
        status = unsafe mdb_env_set_mapsize(pointer, mapByteCount)
        if status == MDB_SUCCESS {
            status = unsafe mdb_env_set_maxreaders(pointer, UInt32(maximumReaderCount))
        }
        if status == MDB_SUCCESS { status = unsafe mdb_env_set_maxdbs(pointer, UInt32(maximumDatabaseCount)) }
        if status == MDB_SUCCESS { status = unsafe mdb_env_open(pointer, folder, flags, 0o600) }
        if status != MDB_SUCCESS {
            handle.close()
            throw LMDBError(status: status, operation: "open", path: folder)
        }
        return handle
    }

    /// Closes the environment now. Every later use throws `closed`, until `reopen`.
    ///
    /// - Throws: `busy` when a transaction is open.
    public func close() throws(LMDBError) {
        let handle = try takeHandle("close")
        if let handle {
            handle.close()
            OpenEnvironments.release(identity)
        }
    }

    /// Closes and opens the environment again, with its databases: the remedy after `panic`, `mapResized`
    /// and `inputOutput`. `Database` handles stay good.
    ///
    /// - Throws: `busy` when a transaction is open, and everything that opening throws. After a failure the
    ///   environment is closed, and `reopen` can be tried again.
    public func reopen() throws(LMDBError) {
        try close()
        let claimed = try OpenEnvironments.claim(folder)
        guard claimed == identity else {
            OpenEnvironments.release(claimed)
            throw LMDBError(
                .missing, operation: "reopen", path: folder, message: "another folder has taken its place")
        }
        do throws(LMDBError) {
            let opened = try Self.openHandle(folder, access, requestedMapByteCount)
            let known = state.withLock { Array($0.databases.values) }
            do throws(LMDBError) { try openAgain(known, opened.handle) } catch {
                opened.handle.close()
                throw error
            }
            state.withLock { state in
                state.handle = opened.handle
                state.mapByteCount = opened.mapByteCount
            }
        } catch {
            OpenEnvironments.release(identity)
            throw error
        }
    }

    /// Opens the databases that are known in the order of their slots, so that each gets its slot again.
    private func openAgain(_ known: [Database], _ handle: EnvironmentHandle) throws(LMDBError) {
        var transaction: OpaquePointer?
        try unsafe check(
            mdb_txn_begin(handle.pointer, nil, UInt32(MDB_RDONLY), &transaction), "reopen the databases of")
        for database in known.sorted(by: { $0.slot < $1.slot }) {
            var slot: UInt32 = 0
            let status = unsafe mdb_dbi_open(transaction, database.name, 0, &slot)
            if status != MDB_SUCCESS || slot != database.slot {
                unsafe mdb_txn_abort(transaction)
                try check(status, "reopen the database \(database.name) of")
                preconditionFailure("the database \(database.name) got another slot")
            }
        }
        // Committing, not aborting, keeps the handles.
        try unsafe check(mdb_txn_commit(transaction), "reopen the databases of")
    }

    private func takeHandle(_ operation: String) throws(LMDBError) -> EnvironmentHandle? {
        let (handle, isBusy) = state.withLock { state -> (EnvironmentHandle?, Bool) in
            if state.transactionCount > 0 { return (nil, true) }
            defer { state.handle = nil }
            return (state.handle, false)
        }
        if isBusy { throw LMDBError(.busy, operation: operation, path: folder) }
        return handle
    }
}
