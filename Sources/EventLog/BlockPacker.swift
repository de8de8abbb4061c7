// Unsafe: libzstd reads and writes through pointers, which here never outlive one call.
import CZstd
import LMDB
import Synchronization

/// Packs what follows the header of a block by Zstandard (RFC 8878), and unpacks it again.
///
/// Lines of one log are much alike: packed they take a sixth of their bytes, and a block is unpacked in some
/// tens of microseconds. Safe to use from several threads: each call has a context of its own.
final class BlockPacker: Sendable {
    /// The level at which packing costs least for each byte that it saves.
    private static let level: Int32 = 1
    /// Contexts that nobody uses. They are kept, since making one costs as much as packing a block.
    private let idle = Mutex<[PackingContext]>([])

    /// Appends the packed bytes to `output`; whether that made them shorter by at least an eighth. Otherwise
    /// nothing is appended.
    func pack(_ bytes: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        let room = bytes.count - bytes.count / 8
        guard room > 0 else { return false }
        let context = take()
        defer { idle.withLock { $0.append(context) } }
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: room))
        let written = unsafe output.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compressCCtx(
                    context.packing, target.baseAddress! + start, room, source.baseAddress!, source.count,
                    Self.level)
            }
        }
        // An error of libzstd here means that the bytes do not fit: they stay as they are.
        let isShorter = ZSTD_isError(written) == 0
        output.removeLast(room - (isShorter ? written : 0))
        return isShorter
    }

    /// Appends exactly `byteCount` unpacked bytes to `output`; false, with nothing appended, where the packed
    /// bytes are damaged or hold another number of bytes.
    func unpack(_ bytes: Span<UInt8>, byteCount: Int, into output: inout [UInt8]) -> Bool {
        guard bytes.count > 0, byteCount > 0 else { return false }
        let context = take()
        defer { idle.withLock { $0.append(context) } }
        var isWhole = false
        output.append(addingCapacity: byteCount) { output in
            unsafe output.withUnsafeMutableBufferPointer { target, filled in
                let written = unsafe bytes.withUnsafeBytes { source in
                    unsafe ZSTD_decompressDCtx(
                        context.unpacking, target.baseAddress!, byteCount, source.baseAddress!, source.count)
                }
                isWhole = ZSTD_isError(written) == 0 && written == byteCount
                filled = isWhole ? byteCount : 0
            }
        }
        return isWhole
    }

    private func take() -> PackingContext {
        idle.withLock { $0.popLast() } ?? PackingContext()
    }
}

/// The working memory of libzstd, for one caller at a time.
@safe
private final class PackingContext: @unchecked Sendable {
    // Unchecked: a context is in the list of idle ones or in the hands of one call.

    let packing: OpaquePointer
    let unpacking: OpaquePointer

    init() {
        guard let packing = unsafe ZSTD_createCCtx(), let unpacking = unsafe ZSTD_createDCtx() else {
            preconditionFailure("libzstd has no memory for its contexts")
        }
        unsafe self.packing = packing
        unsafe self.unpacking = unpacking
    }

    deinit {
        unsafe ZSTD_freeCCtx(packing)
        unsafe ZSTD_freeDCtx(unpacking)
    }
}

/// The blocks that were unpacked last, for readers who go from line to line: what follows in an index often
/// lies in the block of the line before. Blocks never change, so that a kept one is always good.
final class BlockCache: Sendable {
    /// How many blocks are kept: 4 MiB.
    private static let capacity = 64

    private struct Kept: Sendable {
        var blocks: [UInt64: [UInt8]] = [:]
        /// The keys, the oldest first.
        var order: [UInt64] = []
    }

    private let kept = Mutex(Kept())

    /// The block that begins at a position; `unpack` makes it where it is not kept.
    func block(at first: UInt64, unpack: () throws -> [UInt8]) rethrows -> [UInt8] {
        if let known = kept.withLock({ $0.blocks[first] }) { return known }
        let block = try unpack()
        kept.withLock { kept in
            if kept.blocks.updateValue(block, forKey: first) == nil { kept.order.append(first) }
            if kept.order.count > Self.capacity {
                kept.blocks[kept.order.removeFirst()] = nil
            }
        }
        return block
    }

    /// Forgets everything: for when the file behind may be another one.
    func removeAll() {
        kept.withLock { $0 = Kept() }
    }
}
