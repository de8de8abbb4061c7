import Glibc
import Synchronization

/// What makes two paths the same folder.
struct FolderIdentity: Hashable, Sendable {
    let device: UInt64
    let file: UInt64
}

/// The folders that this process has open. POSIX drops a process's locks on a file when it closes any handle
/// of it, so opening one environment twice would silently let two writers in.
enum OpenEnvironments {
    private static let open = Mutex<Set<FolderIdentity>>([])
    private static let lastNumber = Atomic<UInt64>(0)

    /// How many folders are open.
    static var count: Int { open.withLock { $0.count } }

    static func nextNumber() -> UInt64 { lastNumber.add(1, ordering: .relaxed).newValue }

    /// Claims a folder, which exists, for one environment.
    static func claim(_ folder: String) throws(LMDBError) -> FolderIdentity {
        var status = stat()
        if unsafe stat(folder, &status) != 0 {
            throw LMDBError(status: errno, operation: "open", path: folder)
        }
        let identity = FolderIdentity(device: UInt64(status.st_dev), file: UInt64(status.st_ino))
        let isNew = open.withLock { $0.insert(identity).inserted }
        if !isNew { throw LMDBError(.alreadyOpen, operation: "open", path: folder) }
        return identity
    }

    static func release(_ identity: FolderIdentity) {
        open.withLock { _ = $0.remove(identity) }
    }
}
