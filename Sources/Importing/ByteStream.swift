import Crypto

/// The text of one input: inflated where it is gzip, without its byte order mark, refused where it is not UTF-8
/// text by its first bytes.
final class ByteStream {
    private let file: RawFile
    private var inflater: GzipState?
    private var pending: [UInt8] = []
    private var pendingStart = 0
    private var reachedEnd = false
    private var hash = SHA256()

    /// Compressed bytes are read in pieces of this size.
    private static let pieceBytes = 256 * 1024

    var name: String { file.name }
    /// The file is gzip.
    var isCompressed: Bool { inflater != nil }
    /// Bytes read of the file as it lies on disk.
    var bytesRead: Int { file.bytesRead }
    /// Size of the file as it lies on disk; nil for a pipe.
    var totalBytes: Int? { file.totalBytes }

    /// Opens an input and looks at its first bytes.
    init(_ input: ImportInput) throws(SourceError) {
        file = try RawFile(input)
        try refill(atLeast: 4)
        if pending.starts(with: [0x1F, 0x8B]) {
            inflater = GzipState()
        } else {
            try refuseForeignArchives()
        }
    }

    /// Hex SHA-256 of the file as it lies on disk; complete once everything was read.
    var digest: String {
        hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// Appends at most `count` bytes of text; answers how many, 0 at the end.
    func read(atMost count: Int, appendingTo buffer: inout [UInt8]) throws(SourceError) -> Int {
        guard let inflater else {
            try refill(atLeast: 1)
            let taken = min(count, pending.count - pendingStart)
            buffer.append(contentsOf: pending[pendingStart..<pendingStart + taken])
            pendingStart += taken
            return taken
        }
        let before = buffer.count
        while buffer.count == before {
            try refill(atLeast: 1)
            do {
                if pendingStart == pending.count {
                    try inflater.stream.finish()
                    return 0
                }
                pendingStart += try inflater.stream.inflate(
                    pending, from: pendingStart, limit: count, into: &buffer)
            } catch {
                throw SourceError(
                    .compression, file: name, byteOffset: error.offset, message: error.message)
            }
        }
        return buffer.count - before
    }

    private func refill(atLeast minimum: Int) throws(SourceError) {
        while pending.count - pendingStart < minimum && !reachedEnd {
            if pendingStart > 0 {
                pending.removeSubrange(..<pendingStart)
                pendingStart = 0
            }
            let start = pending.count
            let got = try file.read(atMost: Self.pieceBytes, appendingTo: &pending)
            reachedEnd = got == 0
            hash.update(data: pending[start...])
        }
    }

    private func refuseForeignArchives() throws(SourceError) {
        let archives: [(String, [UInt8])] = [
            ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("a zip archive", [0x50, 0x4B, 0x03, 0x04]),
            ("bzip2", [0x42, 0x5A, 0x68]), ("xz", [0xFD, 0x37, 0x7A, 0x58]),
        ]
        for (kind, magic) in archives where pending.starts(with: magic) {
            throw SourceError(
                .encoding, file: name, byteOffset: 0,
                message: "is packed as \(kind); unpack it first, or pack it with gzip")
        }
    }
}

/// Holds the one non-copyable inflater of a stream.
private final class GzipState {
    var stream = Inflater()
}

/// What the first bytes of a text say about how it is written.
enum TextStart {
    /// UTF-8; that many bytes are a byte order mark to leave out.
    case utf8(skip: Int)
    /// Another encoding, by name.
    case other(String)

    init(_ bytes: Span<UInt8>) {
        func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
        switch (at(0), at(1), at(2), at(3)) {
        case (0xEF, 0xBB, 0xBF, _): self = .utf8(skip: 3)
        case (0xFF, 0xFE, 0, 0): self = .other("UTF-32 (little-endian)")
        case (0, 0, 0xFE, 0xFF): self = .other("UTF-32 (big-endian)")
        case (0xFF, 0xFE, _, _): self = .other("UTF-16 (little-endian)")
        case (0xFE, 0xFF, _, _): self = .other("UTF-16 (big-endian)")
        case (let first?, 0, let third?, 0) where first != 0 && third != 0:
            self = .other("UTF-16 (little-endian, without a byte order mark)")
        case (0, let second?, 0, let fourth?) where second != 0 && fourth != 0:
            self = .other("UTF-16 (big-endian, without a byte order mark)")
        default: self = .utf8(skip: 0)
        }
    }
}
