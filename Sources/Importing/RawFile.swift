// Unsafe: read(2) and pread(2) write through pointers into arrays that outlive the call.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file descriptor that is read from start to end, and closed with the object.
final class RawFile {
    private let descriptor: Int32
    private let isOwned: Bool
    let name: String
    /// The size of a regular file; nil for a pipe.
    let totalBytes: Int?
    /// Bytes read so far.
    private(set) var bytesRead = 0

    init(_ input: ImportInput) throws(SourceError) {
        name = input.description
        switch input {
        case .standardInput:
            descriptor = 0
            isOwned = false
        case .file(let path):
            descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            isOwned = true
            if descriptor < 0 {
                throw SourceError(
                    .cannotOpen, file: path,
                    message: "cannot be opened: \(systemMessage(errno)); check the path and its permissions")
            }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            totalBytes = nil
            return
        }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR {
            if isOwned { _ = close(descriptor) }
            throw SourceError(.cannotOpen, file: name, message: "is a folder; name the files in it")
        }
        totalBytes = kind == S_IFREG ? Int(status.st_size) : nil
    }

    deinit {
        if isOwned { _ = close(descriptor) }
    }

    /// Appends at most `count` bytes; answers how many, 0 at the end.
    func read(atMost count: Int, appendingTo buffer: inout [UInt8]) throws(SourceError) -> Int {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: count))
        var got = -1
        repeat {
            got = unsafe buffer.withUnsafeMutableBytes { bytes in
                #if canImport(Glibc)
                unsafe Glibc.read(descriptor, bytes.baseAddress! + start, count)
                #else
                unsafe Darwin.read(descriptor, bytes.baseAddress! + start, count)
                #endif
            }
        } while got < 0 && errno == EINTR
        let failure = errno
        buffer.removeLast(count - max(got, 0))
        if got < 0 {
            throw SourceError(
                .inputOutput, file: name, byteOffset: bytesRead,
                message: "cannot be read: \(systemMessage(failure))")
        }
        bytesRead += got
        return got
    }
}

/// What the system says about an error number.
func systemMessage(_ number: Int32) -> String {
    unsafe String(cString: strerror(number))
}
