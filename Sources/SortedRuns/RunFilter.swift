/// A blocked Bloom filter over the keys of one run: "surely not there" or "perhaps there".
///
/// The upper bits of a key choose a block of 64 bytes, others six bits in it, so a question touches one
/// cache line. Blocks are in key order: keys that come sorted fill and read the filter from end to end, which
/// lets it be built, and asked in batches, a part at a time.
enum RunFilter {
    static let blockByteCount = 64
    /// Blocks of one LMDB value: it takes 16 pages, less the 16 bytes that LMDB puts before it.
    static let blocksPerPart = 1023
    private static let bitsPerBlock: UInt64 = 512
    private static let probes = 6

    /// How many blocks a filter of so many keys has.
    static func blockCount(keys: UInt64, bitsPerKey: Int) -> UInt64 {
        max(1, (keys * UInt64(bitsPerKey) + bitsPerBlock - 1) / bitsPerBlock)
    }

    /// The block of a key: the key, taken as a fraction of its range, of the number of blocks.
    @inline(__always)
    static func block(of key: UInt64, in blockCount: UInt64) -> UInt64 {
        key.multipliedFullWidth(by: blockCount).high
    }

    /// 54 bits that choose six bits of the block, mixed so that they do not repeat the choice of the block.
    @inline(__always)
    private static func bits(of key: UInt64) -> UInt64 {
        let mixed = (key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed >> 29
    }

    /// Whether the block of `bytes` that begins at `offset` may hold the key.
    @inline(__always)
    static func mayContain(_ key: UInt64, _ bytes: Span<UInt8>, at offset: Int) -> Bool {
        var choice = bits(of: key)
        for _ in 0..<probes {
            let bit = Int(choice & 511)
            if bytes[offset + bit >> 3] & 1 << UInt8(bit & 7) == 0 { return false }
            choice >>= 9
        }
        return true
    }

    /// Builds a filter from keys that come in ascending order, part by part.
    struct Builder {
        private let blockCount: UInt64
        private var part: [UInt8]
        private(set) var partNumber: UInt32 = 0
        /// Parts that are complete; whoever drives the builder takes them away.
        private(set) var parts: [(number: UInt32, bytes: [UInt8])] = []

        init(blockCount: UInt64) {
            self.blockCount = blockCount
            part = Self.emptyPart(0, of: blockCount)
        }

        private static func emptyPart(_ number: UInt32, of blockCount: UInt64) -> [UInt8] {
            let begin = UInt64(number) * UInt64(blocksPerPart)
            return [UInt8](repeating: 0, count: min(blocksPerPart, Int(blockCount - begin)) * blockByteCount)
        }

        /// Adds a key, not below those before it.
        mutating func add(_ key: UInt64) {
            let block = RunFilter.block(of: key, in: blockCount)
            while block >= UInt64(partNumber + 1) * UInt64(blocksPerPart) { finishPart() }
            let offset = Int(block - UInt64(partNumber) * UInt64(blocksPerPart)) * blockByteCount
            var choice = bits(of: key)
            var span = part.mutableSpan
            for _ in 0..<probes {
                let bit = Int(choice & 511)
                span[offset + bit >> 3] |= 1 << UInt8(bit & 7)
                choice >>= 9
            }
        }

        private mutating func finishPart() {
            parts.append((partNumber, part))
            partNumber += 1
            if UInt64(partNumber) * UInt64(blocksPerPart) < blockCount {
                part = Self.emptyPart(partNumber, of: blockCount)
            }
        }

        /// Completes the last parts.
        mutating func finish() {
            while UInt64(partNumber) * UInt64(blocksPerPart) < blockCount { finishPart() }
        }

        /// Hands over the parts that are ready.
        mutating func takeParts() -> [(number: UInt32, bytes: [UInt8])] {
            defer { parts = [] }
            return parts
        }
    }
}
