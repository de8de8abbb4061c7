// Unsafe: calls of the C library that take paths as pointers, which live during the call.
import Glibc

/// The few things that the log needs of the file system, with errors that say what could not be done.
enum Files {
    /// Whether there is anything at a path.
    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Makes a folder that only its owner can enter.
    static func makeFolder(_ path: String) throws(LogError) {
        if unsafe mkdir(path, 0o700) != 0 { throw failure("make the folder", path) }
    }

    /// Writes a file that only its owner can read, and waits until it is on the disk.
    static func writeSecret(_ text: String, to path: String) throws(LogError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("write", path) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        let written = unsafe write(file, bytes, bytes.count)
        guard written == bytes.count, fsync(file) == 0 else { throw failure("write", path) }
    }

    /// Reads a file that nobody but its owner may read.
    static func readSecret(_ path: String) throws(LogError) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("read the key", path, category: .keys) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure("read the key", path, category: .keys) }
        guard status.st_mode & 0o077 == 0 else {
            throw LogError(
                .keys, "the key \(path) can be read by others; take their rights away with `chmod 600`")
        }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe read(file, &bytes, bytes.count)
        guard count >= 0 else { throw failure("read the key", path, category: .keys) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Waits until the names in a folder are on the disk.
    static func syncFolder(_ path: String) throws(LogError) {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open the folder", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("write the folder", path) }
    }

    /// Gives a folder its final name. An empty folder of that name is replaced, anything else is left alone.
    static func rename(_ path: String, to target: String) throws(LogError) {
        if unsafe Glibc.rename(path, target) != 0 {
            let category: LogError.Category =
                [EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) ? .occupied : .inputOutput
            throw failure("make", target, category: category)
        }
    }

    /// Deletes a file.
    static func removeFile(_ path: String) {
        _ = unsafe unlink(path)
    }

    /// Deletes a folder of files and folders, as far as it can: used on what an interrupted `create` left.
    static func remove(_ path: String) {
        for name in names(in: path) {
            let inner = path + "/" + name
            if unsafe unlink(inner) != 0 { remove(inner) }
        }
        _ = unsafe rmdir(path)
    }

    /// The names in a folder; none where there is no such folder.
    static func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func failure(
        _ operation: String, _ path: String, category: LogError.Category? = nil
    ) -> LogError {
        let number = errno
        let reason = unsafe String(cString: strerror(number))
        let found: LogError.Category =
            switch number {
            case ENOENT: .missing
            case EEXIST, ENOTEMPTY: .occupied
            case ENOSPC, EDQUOT: .full
            default: .inputOutput
            }
        return LogError(category ?? found, "could not \(operation) \(path): \(reason)")
    }
}
