// Unsafe: calls of the C library that take a path or a buffer, which live during the call.
import Glibc

/// Files that are there whole or not at all, whenever a process ends.
enum DurableFile {
    /// Replaces a file: what reads it sees the old one or the new one.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        let draft = "\(path).new.\(getpid())"
        do {
            let writer = try DurableWriter(draft)
            try writer.write(bytes)
            try writer.close()
            try move(draft, to: path)
        } catch {
            _ = unsafe unlink(draft)
            throw error
        }
    }

    /// Gives a file or a folder another name, in place of what has that name, durably.
    static func move(_ path: String, to target: String) throws {
        guard unsafe rename(path, target) == 0 else { throw FileFailure("rename", path) }
        let parent = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
        let folder = unsafe open(parent, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard folder >= 0 else { throw FileFailure("open", parent) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw FileFailure("sync", parent) }
    }

    /// What tells whether a file has been replaced; nil where there is none.
    static func stamp(of path: String) -> FileStamp? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return FileStamp(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: Int64(status.st_mtim.tv_sec),
            nanoseconds: Int64(status.st_mtim.tv_nsec))
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}

/// Which file it is, and when it was last written.
struct FileStamp: Sendable, Equatable {
    let inode: UInt64
    let size: Int64
    let seconds: Int64
    let nanoseconds: Int64
}

/// Writes a new file from its beginning to its end.
final class DurableWriter {
    private let path: String
    private var file: Int32

    init(_ path: String) throws {
        self.path = path
        file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure("write", path) }
    }

    deinit { if file >= 0 { _ = Glibc.close(file) } }

    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(file, buffer.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure("write", path) }
            done += count
        }
    }

    /// Returns when all is on disk.
    func close() throws {
        guard fsync(file) == 0 else { throw FileFailure("sync", path) }
        let status = Glibc.close(file)
        file = -1
        guard status == 0 else { throw FileFailure("close", path) }
    }
}

/// A lock on a file, which the system gives up when the process ends, however it ends.
final class FileLock: Sendable {
    private let file: Int32

    /// Takes the lock; nil where another holds it.
    init?(trying path: String) throws {
        file = try Self.opened(path)
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let isHeld = errno == EWOULDBLOCK
            let failure = FileFailure("lock", path)
            close(file)
            guard isHeld else { throw failure }
            return nil
        }
    }

    /// Waits for the lock.
    init(waitingFor path: String) throws {
        file = try Self.opened(path)
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let failure = FileFailure("lock", path)
                close(file)
                throw failure
            }
        }
    }

    deinit { close(file) }

    private static func opened(_ path: String) throws -> Int32 {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure("lock", path) }
        return file
    }
}

/// What the system refused to do with a file.
struct FileFailure: Error, CustomStringConvertible {
    let code: Int32
    let description: String
    var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

    init(_ operation: String, _ path: String) {
        code = errno
        // The message belongs to the C library; it is copied at once.
        description = unsafe "could not \(operation) \(path): \(String(cString: strerror(errno)))"
    }
}
