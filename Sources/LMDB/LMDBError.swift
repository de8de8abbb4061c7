/// What LMDB, or the operating system beneath it, refused to do: what happened, to which path, what to do.
///
/// Two errors are equal when their codes are: messages are for people.
public struct LMDBError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart. Numbers that are not listed survive as `other`.
    public enum Code: Hashable, Sendable {
        /// `put` with `.noOverwrite` or `.append` met a key that is there, or one that does not sort last.
        case keyExists
        /// A key or a database is not there.
        case notFound
        /// A page is not what its place in the tree demands: the file was damaged.
        case corrupted
        /// An earlier write of the first pages failed: the environment must be opened again.
        case panic
        /// The file was written by an incompatible LMDB.
        case versionMismatch
        /// The file is not an LMDB environment.
        case notAnEnvironment
        /// The map is used up.
        case mapFull
        /// All places for named databases are taken.
        case databasesFull
        /// All places for readers are taken.
        case readersFull
        /// The transaction changed too many pages.
        case transactionFull
        /// Another process has made the map larger than this one mapped.
        case mapResized
        /// A database exists with other flags than those asked for.
        case incompatible
        /// The transaction failed before and can only be abandoned.
        case badTransaction
        /// A key is empty or longer than 511 bytes, or a value is longer than 4 GiB.
        case badSize
        /// The database handle belongs to a later transaction, or its database was deleted.
        case badDatabase
        /// The folder or file does not exist.
        case missing
        /// The folder exists where a new one was asked for, and holds something else.
        case occupied
        /// The operating system denied access.
        case permissionDenied
        /// The file system is read-only.
        case readOnly
        /// The disk or the quota is full.
        case diskFull
        /// The device failed.
        case inputOutput
        /// There is not enough memory or address space.
        case outOfMemory
        /// The process or the system has too many open files.
        case tooManyFiles
        /// The environment is open in this process already.
        case alreadyOpen
        /// The environment was closed.
        case closed
        /// Transactions are still open where none may be.
        case busy
        /// A stored value is not a whole number of records.
        case badRecords
        /// Another number of LMDB (negative) or of the operating system (errno).
        case other(Int32)
    }

    /// What kind of failure it was.
    public let code: Code
    /// What was being done, in words.
    public let operation: String
    /// The folder of the environment.
    public let path: String
    /// What happened and how to remedy it: one or two sentences.
    public let message: String

    init(_ code: Code, operation: String, path: String, message: String) {
        self.code = code
        self.operation = operation
        self.path = path
        self.message = message
    }

    /// The operation, the path and the message on one line.
    public var description: String { "\(operation) \(path): \(message)" }

    /// Equality is that of the codes.
    public static func == (left: LMDBError, right: LMDBError) -> Bool { left.code == right.code }
}
