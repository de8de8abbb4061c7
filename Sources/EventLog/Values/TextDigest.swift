import Events
import Foundation

/// What columns keep of a text to find it by: 16 bits, the same for texts that are equal.
enum TextDigest {
    /// Of all texts of which no more is said.
    private static let unsure: UInt32 = 0xFFFF

    /// The hash by which a text is found.
    ///
    /// Swift's strings are equal where they are the same after canonical composition (Unicode, normal form C).
    /// Texts below U+0300 are composed already. Foundation composes the others by tables of its own, which may be of
    /// another version of Unicode: what was assigned last stands beyond U+FFFF, or in the block of U+0870 to U+08FF.
    /// Texts with such characters have one hash.
    static func hash(_ text: Span<UInt8>) -> UInt32 {
        for index in text.indices where text[index] >= 0xCC {
            let composed = Array(text.text.precomposedStringWithCanonicalMapping.utf8)
            return isSure(composed)
                ? UInt32(truncatingIfNeeded: StableHash.hash(composed.span)) & 0xFFFF : unsure
        }
        return UInt32(truncatingIfNeeded: StableHash.hash(text)) & 0xFFFF
    }

    private static func isSure(_ text: [UInt8]) -> Bool {
        for index in text.indices {
            if text[index] >= 0xF0 { return false }
            if text[index] == 0xE0, index + 1 < text.count, (0xA1...0xA3).contains(text[index + 1]) {
                return false
            }
        }
        return true
    }
}
