// Unsafe: memchr and copies take pointers; offsets are checked against the bounds of the arrays first.
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

extension Array where Element == UInt8 {
    /// Appends the bytes of another array from `start` up to, not including, `end`. Through a slice this would
    /// count a reference up and down for each few bytes.
    @inline(__always)
    mutating func append(from other: [UInt8], _ start: Int, _ end: Int) {
        precondition(start >= 0 && start <= end && end <= other.count, "no such bytes")
        unsafe other.withUnsafeBufferPointer { bytes in
            unsafe append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
        }
    }

    /// Appends the bytes of another array from `start` on as a JSON string; mostly they need no escapes.
    mutating func appendJSONString(from other: [UInt8], _ start: Int) {
        append(UInt8(ascii: "\""))
        var index = start
        while index < other.count && other[index] >= 0x20 && other[index] != 0x22 && other[index] != 0x5C {
            index += 1
        }
        append(from: other, start, index)
        while index < other.count {
            appendEscaped(other[index])
            index += 1
        }
        append(UInt8(ascii: "\""))
    }
}
