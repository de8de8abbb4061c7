// Unsafe: calls of the C library that take a path, which lives during the call.
import Glibc
import Terminal

/// Where a command puts what it made: a file, or standard output.
enum OutputFile {
    /// Writes a file as a whole: beside its place first, then under its name. Without a path, or with `-`, to
    /// standard output.
    static func write(_ text: String, to path: String?) throws {
        guard let path, path != "-" else { return try Console.output.write(text) }
        let draft = "\(path).\(getpid()).new"
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure(path) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let problem = failure(path)
                close(file)
                unsafe unlink(draft)
                throw problem
            }
            bytes = bytes.dropFirst(count)
        }
        guard fsync(file) == 0, close(file) == 0, unsafe rename(draft, path) == 0 else {
            let problem = failure(path)
            unsafe unlink(draft)
            throw problem
        }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(.inputOutput, "\(path) cannot be written: \(InputFile.reason(errno)).")
    }
}
