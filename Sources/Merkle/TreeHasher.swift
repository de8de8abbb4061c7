// Unsafe: hands bytes to swift-crypto, whose only entry without a copy to the heap takes a raw pointer, and to C
// (CSHA256). No pointer outlives the call that it is given to, and lengths are those of what it points to.
import CSHA256
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

    /// Adds the hashes of lines that stand one behind another.
    ///
    /// Many at once take a third of the time of as many calls of ``leaf(_:)``, where the processor has
    /// instructions for SHA-256.
    ///
    /// - Parameters:
    ///   - bytes: what the lines stand in.
    ///   - starts: where each line begins, and behind them where the last one ends: ascending, within `bytes`.
    public static func appendLeaves(
        of bytes: Span<UInt8>, starts: Span<UInt32>, to hashes: inout [TreeHash]
    ) {
        guard starts.count > 1 else { return }
        let count = starts.count - 1
        for index in 0..<count {
            precondition(starts[index] <= starts[index + 1], "lines stand one behind another")
        }
        precondition(Int(starts[count]) <= bytes.count, "lines end within their bytes")
        guard sha256_has_instructions() else {
            for index in 0..<count {
                hashes.append(leaf(bytes.extracting(Int(starts[index])..<Int(starts[index + 1]))))
            }
            return
        }
        hashes.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { room, filled in
                unsafe bytes.withUnsafeBufferPointer { bytes in
                    unsafe starts.withUnsafeBufferPointer { starts in
                        // An empty span has no address; its lines are read from nowhere, zero bytes of each.
                        let none: StaticString = ""
                        _ = unsafe sha256_leaves(
                            bytes.baseAddress ?? none.utf8Start, starts.baseAddress, count,
                            UnsafeMutableRawPointer(room.baseAddress!).assumingMemoryBound(to: UInt8.self))
                    }
                }
                filled += count
            }
        }
    }

    /// The root over a power of two of hashes.
    public static func rootOfFullSubtree(_ hashes: ArraySlice<TreeHash>) -> TreeHash {
        precondition(hashes.count.nonzeroBitCount == 1, "a full subtree has a power of two of hashes")
        var row = Array(hashes)
        var count = row.count
        while count > 1 {
            count /= 2
            if sha256_has_instructions() {
                unsafe row.withUnsafeMutableBytes { bytes in
                    let first = unsafe bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
                    _ = unsafe sha256_nodes(first, count, first)
                }
            } else {
                for index in 0..<count { row[index] = node(row[2 * index], row[2 * index + 1]) }
            }
        }
        return row[0]
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
