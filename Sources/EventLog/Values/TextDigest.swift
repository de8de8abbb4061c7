import Events
import Foundation

/// What columns keep of a text: 16 bits by which it is found, and 16 bits that tell before and behind.
enum TextDigest {
    /// The hash by which a text is found: the same for texts that are equal.
    ///
    /// Swift's strings are equal where they are the same after canonical composition (Unicode, normal form C).
    /// Texts below U+0300 are composed already.
    static func hash(_ text: Span<UInt8>) -> UInt32 {
        for index in text.indices where text[index] >= 0xCC {
            let composed = text.text.precomposedStringWithCanonicalMapping
            return UInt32(truncatingIfNeeded: StableHash.hash(composed)) & 0xFFFF
        }
        return UInt32(truncatingIfNeeded: StableHash.hash(text)) & 0xFFFF
    }
}
