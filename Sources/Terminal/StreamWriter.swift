import Glibc
import Synchronization

/// A stream or a file could not be written.
public struct StreamWriteError: Error, CustomStringConvertible {
    /// The number the system gave.
    public let code: Int32
    /// What was written to, as it was named.
    public let target: String

    /// What happened, in words.
    public var description: String {
        // Unsafe: the message belongs to the C library; it is copied at once.
        let reason = unsafe String(cString: strerror(code))
        return "\(target) could not be written: \(reason)."
    }
}

/// Writes to a file descriptor, collecting small pieces into large ones.
public final class StreamWriter: Sendable {
    private let descriptor: Int32
    private let target: String
    private let pending: Mutex<Pending>

    private struct Pending {
        var bytes: [UInt8] = []
        /// The first failure: what comes later would leave a gap, so everything after it fails alike.
        var failure: StreamWriteError?
    }

    private static let bufferByteCount = 1 << 16

    /// Writes to one of the standard streams.
    public init(_ stream: StandardStream) {
        descriptor = stream.rawValue
        target = stream == .output ? "Standard output" : "Standard error"
        pending = Mutex(Pending())
    }

    /// Writes to a file, which is made, or emptied if it is there.
    public init(creating path: String) throws(StreamWriteError) {
        // Unsafe: the path is lent to the C call as a string of C.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        target = path
        pending = Mutex(Pending())
        guard descriptor >= 0 else { throw StreamWriteError(code: errno, target: path) }
    }

    deinit {
        if descriptor > StandardStream.error.rawValue { close(descriptor) }
    }

    /// Adds text. It reaches the stream when enough has come together, or with `flush`.
    public func write(_ text: String) throws(StreamWriteError) {
        try pending.withLock { pending throws(StreamWriteError) in
            pending.bytes.append(contentsOf: text.utf8)
            if pending.bytes.count >= StreamWriter.bufferByteCount { try send(&pending) }
        }
    }

    /// Adds bytes.
    public func write(_ piece: Span<UInt8>) throws(StreamWriteError) {
        try pending.withLock { pending throws(StreamWriteError) in
            for index in piece.indices { pending.bytes.append(piece[index]) }
            if pending.bytes.count >= StreamWriter.bufferByteCount { try send(&pending) }
        }
    }

    /// Sends what is waiting.
    public func flush() throws(StreamWriteError) {
        try pending.withLock { pending throws(StreamWriteError) in try send(&pending) }
    }

    private func send(_ pending: inout Pending) throws(StreamWriteError) {
        if let failure = pending.failure { throw failure }
        var failure: Int32?
        // Unsafe: the only way to the system call; the bytes stay where they are until it returns.
        unsafe pending.bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                guard let start = buffer.baseAddress else { return }
                let sent = unsafe Glibc.write(descriptor, start + offset, buffer.count - offset)
                if sent < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    return
                }
                offset += sent
            }
        }
        pending.bytes.removeAll(keepingCapacity: true)
        guard let failure else { return }
        let error = StreamWriteError(code: failure, target: target)
        pending.failure = error
        throw error
    }
}
