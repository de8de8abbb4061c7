// Unsafe: lets the C library look for a byte, dozens of them at once, and compare. Byte by byte, the looking would take
// longer than everything else that is done with most lines. What is looked at lies within the span.
import Glibc

/// Looks for some bytes in lines: a search that most lines do not pass.
struct ByteSearch: Sendable {
    private let bytes: [UInt8]
    /// Which of the bytes is looked for first: the one that is rarest in what people write.
    private let anchor: Int

    /// A search for bytes, of which there is at least one.
    init(_ bytes: [UInt8]) {
        precondition(!bytes.isEmpty, "there is nothing to look for")
        self.bytes = bytes
        anchor = bytes.indices.min { TextSearch.frequency(bytes[$0]) < TextSearch.frequency(bytes[$1]) } ?? 0
    }

    /// Whether the bytes stand in a line.
    func stands(in line: Span<UInt8>) -> Bool {
        guard line.count >= bytes.count else { return false }
        return unsafe line.withUnsafeBytes { line in
            unsafe bytes.withUnsafeBytes { wanted in
                guard let start = line.baseAddress, let wantedStart = wanted.baseAddress else { return false }
                let last = line.count - wanted.count
                var place = 0
                while place <= last {
                    let rest = last - place + 1
                    guard
                        let hit = unsafe memchr(start + place + anchor, Int32(wanted[anchor]), rest)
                    else { return false }
                    let begin = unsafe UnsafeRawPointer(hit) - anchor
                    if unsafe memcmp(begin, wantedStart, wanted.count) == 0 { return true }
                    place = unsafe begin - start + 1
                }
                return false
            }
        }
    }
}
