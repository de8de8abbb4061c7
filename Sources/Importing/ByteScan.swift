// Unsafe: memchr takes a pointer; the offsets it answers are checked against the array's bounds.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Array where Element == UInt8 {
    /// The first index at or after `start` that holds `byte`; nil if there is none.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return unsafe withUnsafeBytes { bytes in
            let base = bytes.baseAddress!
            guard let found = unsafe memchr(base + start, Int32(byte), bytes.count - start) else {
                return nil
            }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}
