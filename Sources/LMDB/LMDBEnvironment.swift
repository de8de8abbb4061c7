import CLMDB
import Glibc
import Synchronization

/// An LMDB environment: a folder with `data.mdb` and `lock.mdb`, open in this process.
///
/// Any number of processes may read while one writes. A path is opened once per process: a second opening
/// throws `alreadyOpen`. The environment closes when the last reference is dropped.
public final class LMDBEnvironment: Sendable {
    /// What an environment is opened for.
    public enum Access: Sendable, Equatable {
        /// Reading only; the environment must exist.
        case read
        /// Reading and writing; the environment must exist.
        case write
        /// Reading and writing; the folder and the environment are made where they are missing.
        case create
    }

    /// One tebibyte of address space. It costs nothing until it is used, and nobody has to size the map.
    public static let defaultMapByteCount = 1 << 40
    /// How many readers there can be at once, of all processes together.
    public static let maximumReaderCount = 1022
    /// How many databases can be open in one environment.
    public static let maximumDatabaseCount = 64

    /// The folder, as it was given.
    public let folder: String
    /// What it was opened for.
    public let access: Access
    /// Readers of processes that died, whose places were freed on opening.
    public let staleReaderCount: Int
    /// Tells environments of this process apart.
    let number: UInt64
    let identity: FolderIdentity
    let state: Mutex<State>

    /// What changes while the environment is open.
    struct State {
        var handle: EnvironmentHandle?
        var mapByteCount: Int
        var databases: [String: Database] = [:]
        var transactionCount = 0
        /// The thread of the write transaction, to turn a deadlock into a message.
        var writingThread: pthread_t?
    }

    /// Opens an environment.
    ///
    /// - Parameters:
    ///   - folder: the folder that holds, or will hold, `data.mdb` and `lock.mdb`.
    ///   - mapByteCount: the address space to reserve, the most that the file can grow to. Where the system
    ///     refuses, less is taken: see `mapByteCount` and `isMapReduced`.
    /// - Throws: `missing`, `notAnEnvironment`, `permissionDenied`, `alreadyOpen`, `versionMismatch` and
    ///   whatever the operating system reports.
    public init(
        folder: String, access: Access, mapByteCount: Int = LMDBEnvironment.defaultMapByteCount
    ) throws(LMDBError) {
        self.folder = folder
        self.access = access
        requestedMapByteCount = mapByteCount
        try Self.prepare(folder, access)
        identity = try OpenEnvironments.claim(folder)
        do {
            let opened = try Self.openHandle(folder, access, mapByteCount)
            number = OpenEnvironments.nextNumber()
            staleReaderCount = opened.staleReaderCount
            state = Mutex(State(handle: opened.handle, mapByteCount: opened.mapByteCount))
        } catch {
            OpenEnvironments.release(identity)
            throw error
        }
    }

    let requestedMapByteCount: Int
    /// Held while a database is opened: liblmdb allows one transaction at a time to do so.
    let opening = Mutex<Void>(())

    deinit {
        // Transactions keep the environment alive, so none can be open here.
        let handle = state.withLock { state in
            defer { state.handle = nil }
            return state.handle
        }
        if let handle {
            handle.close()
            OpenEnvironments.release(identity)
        }
    }

    /// The address space that is reserved, in bytes: the most that the file can grow to.
    public var mapByteCount: Int { state.withLock { $0.mapByteCount } }

    /// Whether the system refused the map that was asked for, so that a smaller one was taken.
    public var isMapReduced: Bool { mapByteCount < requestedMapByteCount }

    /// Begins a snapshot and lends it to `body`; it ends with it.
    public func read<Result: ~Copyable>(
        _ body: (borrowing ReadTransaction) throws -> Result
    ) throws -> Result {
        let transaction = try beginReading()
        return try body(transaction)
    }

    /// Begins the one write transaction, lends it to `body` and commits, durably, when that returns. When it
    /// throws, nothing is changed.
    ///
    /// Waits while another thread or process writes. To begin one inside another traps.
    public func write<Result: ~Copyable>(
        _ body: (inout WriteTransaction) throws -> Result
    ) throws -> Result {
        // The body is synchronous, so the transaction ends on the thread that began it.
        var transaction = try beginWritingHere()
        let result = try body(&transaction)
        try transaction.commit()
        return result
    }

    /// Begins a snapshot, which ends when it is dropped.
    public func beginReading() throws(LMDBError) -> ReadTransaction {
        let handle = try enter(writing: false)
        do {
            return try unsafe ReadTransaction(
                environment: self, handle: begin(handle, flags: UInt32(MDB_RDONLY)), isWriting: false)
        } catch {
            transactionEnded(wasWriting: false)
            throw error
        }
    }

    /// Begins the one write transaction; it must be committed or dropped on the same thread.
    @available(*, noasync, message: "a write transaction must begin and end on one thread")
    public func beginWriting() throws(LMDBError) -> WriteTransaction { try beginWritingHere() }

    func beginWritingHere() throws(LMDBError) -> WriteTransaction {
        if access == .read {
            throw LMDBError(
                .readOnly, operation: "write to", path: folder, message: "it was opened for reading only")
        }
        let handle = try enter(writing: true)
        do {
            let transaction = try unsafe ReadTransaction(
                environment: self, handle: begin(handle, flags: 0), isWriting: true)
            state.withLock { $0.writingThread = pthread_self() }
            return WriteTransaction(transaction)
        } catch {
            transactionEnded(wasWriting: false)
            throw error
        }
    }

    private func enter(writing: Bool) throws(LMDBError) -> EnvironmentHandle {
        let handle: EnvironmentHandle? = state.withLock { state in
            if writing, let thread = state.writingThread {
                precondition(
                    pthread_equal(thread, pthread_self()) == 0,
                    "this thread is writing to \(folder) already; a second transaction would wait for ever")
            }
            if state.handle != nil { state.transactionCount += 1 }
            return state.handle
        }
        guard let handle else { throw LMDBError(.closed, operation: "use", path: folder) }
        return handle
    }

    private func begin(_ handle: EnvironmentHandle, flags: UInt32) throws(LMDBError) -> OpaquePointer {
        var transaction: OpaquePointer?
        var status = unsafe mdb_txn_begin(handle.pointer, nil, flags, &transaction)
        if status == MDB_READERS_FULL {
            // Readers of processes that died since opening hold places: free them, and try once more.
            _ = handle.freeStaleReaders()
            status = unsafe mdb_txn_begin(handle.pointer, nil, flags, &transaction)
        }
        try check(status, "begin a transaction in")
        guard let transaction = unsafe transaction else {
            preconditionFailure("liblmdb began no transaction")
        }
        return unsafe transaction
    }

    private var isDiskFull: Bool {
        var information = statvfs()
        guard unsafe statvfs(folder, &information) == 0 else { return false }
        return information.f_bavail * UInt(information.f_frsize) < 1 << 20
    }

    func transactionEnded(wasWriting: Bool) {
        state.withLock { state in
            state.transactionCount -= 1
            // By now another thread may have begun to write.
            if wasWriting, state.writingThread == pthread_self() { state.writingThread = nil }
        }
    }

    /// Throws when a call of liblmdb did not succeed.
    func check(_ status: Int32, _ operation: String) throws(LMDBError) {
        if status == MDB_SUCCESS { return }
        // liblmdb reports a write that was cut short, as the last one before a disk is full is, as EIO.
        let cause = status == EIO && isDiskFull ? ENOSPC : status
        throw LMDBError(status: cause, operation: operation, path: folder, mapByteCount: mapByteCount)
    }
}

extension LMDBError {
    init(_ code: Code, operation: String, path: String) {
        self.init(code, operation: operation, path: path, message: Self.message(of: code))
    }
}
