// Unsafe: copies lent bytes in one piece; byte by byte it would cost as much as hashing them. The spans are
// alive during the calls, and lengths are those of the spans.
import Crypto
import Glibc

extension [UInt8] {
    /// Adds a copy of lent bytes.
    mutating func append(lent bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Adds the bytes of numbers as they are in memory.
    mutating func append(bytesOf numbers: [UInt32]) {
        unsafe numbers.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}

extension Span where Element == UInt8 {
    /// Whether these are the same bytes.
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, count) == 0
            }
        }
    }

    /// The bytes as text. They must be UTF-8, which stored lines and names are.
    var text: String {
        unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension SymmetricKey {
    /// The bytes of the key, to be wrapped or written to its file.
    var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
