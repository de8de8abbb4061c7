import CLMDB
import Glibc

/// The one table from the numbers of liblmdb and errno to codes and sentences.
extension LMDBError {
    /// What a call of liblmdb answered, as an error. `status` is not `MDB_SUCCESS`.
    @inline(never)
    init(status: Int32, operation: String, path: String, mapByteCount: Int = 0) {
        let code = Code(status: status)
        let message =
            switch code {
            case .mapFull: Self.mapFullMessage(mapByteCount: mapByteCount)
            case .other: Self.systemText(of: status)
            default: Self.message(of: code)
            }
        self.init(code, operation: operation, path: path, message: message)
    }

    private static func mapFullMessage(mapByteCount: Int) -> String {
        """
        the map of \(mapByteCount) bytes that was reserved at opening is used up. Nothing of this \
        transaction was written. Close the environment and open it with a larger mapByteCount
        """
    }

    /// The text that liblmdb or the C library has for a number.
    private static func systemText(of status: Int32) -> String {
        // The text is a constant of liblmdb or of the C library, copied here at once.
        guard let text = unsafe mdb_strerror(status) else { return "error \(status)" }
        return unsafe String(cString: text) + " (\(status))"
    }

    static func message(of code: Code) -> String {
        switch code {
        case .keyExists: "the key exists already, or does not sort after all others as `append` demands"
        case .notFound: "there is no such key or database"
        case .corrupted:
            "a page is damaged. Restore a backup; a derived environment can be deleted and is built again"
        case .panic:
            "an earlier write failed half-way, so nothing can be trusted until the environment is opened "
                + "again. See that the disk has room and works, then reopen() it, or restart the program"
        case .versionMismatch:
            "the file was written by another, incompatible version of LMDB. Use the program that wrote it"
        case .notAnEnvironment:
            "data.mdb there is not an LMDB environment, or it is cut short. Check the path, or restore a backup"
        case .databasesFull: "all places for named databases are taken. Delete databases that are not used"
        case .readersFull:
            "all places for readers are taken. End readers that are not needed; those of dead processes are "
                + "freed when the environment is opened"
        case .transactionFull: "one transaction changed too many pages. Divide it into smaller ones"
        case .mapResized: "another process has enlarged the map. Reopen the environment"
        case .incompatible: "the database exists with other flags"
        case .badTransaction: "the transaction failed before: abandon it and begin again"
        case .badSize: "a key must have 1 to 511 bytes, a value less than 4 GiB"
        case .badDatabase:
            "the database was opened after this transaction began, or was deleted. Begin a new transaction"
        case .missing: "there is no environment (no data.mdb, or no such folder). Check the path"
        case .occupied: "the place is taken. Choose an empty folder"
        case .permissionDenied:
            "permission denied. Give this user access to the folder, data.mdb and lock.mdb. Readers need to "
                + "write to lock.mdb as well: they register there, so that no page they read is used again"
        case .readOnly: "the file system is read-only. Open it for reading, or mount it for writing"
        case .diskFull:
            "the disk or the quota is full. Nothing of this transaction was written; free space and repeat it"
        case .inputOutput: "the device failed to read or write. Check the disk, then reopen the environment"
        case .outOfMemory: "there is not enough memory or address space. Raise the limit (ulimit -v)"
        case .tooManyFiles: "too many files are open. Raise the limit (ulimit -n)"
        case .alreadyOpen: "the environment is open in this process already. Share the one that is open"
        case .closed: "the environment was closed"
        case .busy: "transactions are still open. End them first"
        case .badRecords: "the stored value is not a whole number of records"
        case .mapFull, .other: "the call failed"
        }
    }
}

extension LMDBError.Code {
    /// The code of a number of liblmdb (negative) or of errno (positive).
    init(status: Int32) {
        self =
            switch status {
            case MDB_KEYEXIST: .keyExists
            case MDB_NOTFOUND: .notFound
            case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: .corrupted
            case MDB_PANIC: .panic
            case MDB_VERSION_MISMATCH: .versionMismatch
            case MDB_INVALID: .notAnEnvironment
            case MDB_MAP_FULL: .mapFull
            case MDB_DBS_FULL: .databasesFull
            case MDB_READERS_FULL: .readersFull
            case MDB_TXN_FULL: .transactionFull
            case MDB_MAP_RESIZED: .mapResized
            case MDB_INCOMPATIBLE: .incompatible
            case MDB_BAD_TXN: .badTransaction
            case MDB_BAD_VALSIZE: .badSize
            case MDB_BAD_DBI: .badDatabase
            case ENOENT, ENOTDIR: .missing
            case EEXIST: .occupied
            case EACCES, EPERM: .permissionDenied
            case EROFS: .readOnly
            case ENOSPC, EDQUOT, EFBIG: .diskFull
            case EIO: .inputOutput
            case ENOMEM: .outOfMemory
            case EMFILE, ENFILE: .tooManyFiles
            default: .other(status)
            }
    }
}
