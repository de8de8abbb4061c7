// Unsafe: hands bytes to swift-crypto, whose only entry without a copy to the heap takes a raw pointer. No
// pointer outlives the call that it is given to.
import Crypto

/// The two hashes of RFC 6962, section 2.1, kept apart by their first byte.
public enum TreeHasher {
    /// The hash of a leaf: SHA-256 of 0x00 and the sealed line.
    public static func leaf(_ line: Span<UInt8>) -> TreeHash {
        var hasher = SHA256()
        var prefix: UInt8 = 0
        unsafe withUnsafeBytes(of: &prefix) { unsafe hasher.update(bufferPointer: $0) }
        unsafe line.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return finish(hasher)
    }

    /// The hash of a leaf, of bytes in an array.
    public static func leaf(_ line: [UInt8]) -> TreeHash {
        leaf(line.span)
    }

    /// The hash of an inner node: SHA-256 of 0x01, the left hash and the right hash.
    public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        var hasher = SHA256()
        unsafe withUnsafeTemporaryAllocation(byteCount: 1 + 2 * TreeHash.byteCount, alignment: 1) { buffer in
            unsafe buffer.storeBytes(of: 1, as: UInt8.self)
            unsafe buffer.storeBytes(of: left.lanes, toByteOffset: 1, as: SIMD32<UInt8>.self)
            unsafe buffer.storeBytes(
                of: right.lanes, toByteOffset: 1 + TreeHash.byteCount, as: SIMD32<UInt8>.self)
            unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
        }
        return finish(hasher)
    }

    /// Plain SHA-256, for key identifiers and the root of the empty tree.
    static func hash(_ bytes: [UInt8]) -> TreeHash {
        var hasher = SHA256()
        hasher.update(data: bytes)
        return finish(hasher)
    }

    private static func finish(_ hasher: SHA256) -> TreeHash {
        let digest = hasher.finalize()
        return unsafe digest.withUnsafeBytes { bytes in
            TreeHash(lanes: unsafe bytes.loadUnaligned(as: SIMD32<UInt8>.self))
        }
    }
}
