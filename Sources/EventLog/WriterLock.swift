// Unsafe: calls of the C library that take a path and a buffer, which live during the call.
import Glibc

/// The lock that the one writing process holds on `log/writer.lock` for all its life. The system gives it up
/// when the process ends, however it ends.
struct WriterLock: ~Copyable {
    private let file: Int32

    /// Waits for the lock, at most so long.
    init(folder: String, waitSeconds: Double) throws(LogError) {
        let path = folder + "/writer.lock"
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Files.failure("open the lock", path) }
        let pause: UInt32 = 20_000
        var waited = 0.0
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                defer { close(file) }
                throw Files.failure("lock", path)
            }
            guard waited < waitSeconds else {
                let holder = Self.holder(file)
                close(file)
                throw LogError(
                    .locked,
                    "another program\(holder) is writing to this ledger; it was waited for \(waitSeconds) s. "
                        + "Try again when it is done, or send the events to it")
            }
            usleep(pause)
            waited += Double(pause) / 1_000_000
        }
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(file, 0)
        _ = unsafe pwrite(file, text, text.count, 0)
        self.file = file
    }

    deinit { close(file) }

    private static func holder(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = unsafe pread(file, &bytes, bytes.count, 0)
        let text = String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
        return Int(text.dropLast()).map { " (process \($0))" } ?? ""
    }
}
