/// A block that is ready to be stored under its first key and position.
struct EncodedBlock {
    let firstKey: UInt64
    let firstPosition: UInt64
    let bytes: [UInt8]
}

/// Turns postings in order of key and position into blocks; see `Block`.
struct RunEncoder {
    /// Blocks that are full; whoever drives the encoder takes them away.
    private(set) var blocks: [EncodedBlock] = []
    private(set) var pendingByteCount = 0
    private(set) var keyCount: UInt64 = 0
    private(set) var postingCount: UInt64 = 0
    private(set) var blockCount: UInt64 = 0
    private(set) var byteCount: UInt64 = 0

    private let base: UInt64
    private var bytes = [UInt8](repeating: 0, count: Block.capacity)
    private var end = 0
    private var groupCount = 0
    private var restarts: [(key: UInt64, offset: Int)] = []
    private var blockFirstPosition: UInt64 = 0
    private var preceding: UInt64 = 0

    // The open group: it is written as it comes, and completed when it is known how long it is.
    private var key: UInt64 = 0
    private var last: UInt64 = 0
    private var count: UInt64 = 0
    /// Positions of the key in all blocks so far.
    private var keyTotal: UInt64 = 0
    private var headOffset = 0
    private var countOffset = 0

    /// - Parameter base: where the coverage of the run begins; positions are stored as distances from it.
    init(base: UInt64) { self.base = base }

    /// What a block can hold of groups, so that its restarts, one more of them, and its footer fit.
    private var limit: Int {
        Block.capacity - Block.footerByteCount - (restarts.count + 1) * Block.restartByteCount
    }

    /// Adds a posting, which sorts behind those before it; a repeated one counts once. Throws when the order
    /// is broken, as it is when a damaged run is merged.
    mutating func append(key newKey: UInt64, position: UInt64) throws(BlockDamage) {
        let relative = position &- base
        if count > 0, newKey == key {
            guard relative >= last else { throw BlockDamage() }
            if relative == last { return }
            postingCount += 1
            if end + Self.laterByteCount <= limit { return appendToGroup(relative) }
            keyTotal += count
            finishGroup()
            finishBlock()
            preceding = keyTotal
        } else {
            guard count == 0 || newKey > key else { throw BlockDamage() }
            finishGroup()
            keyTotal = 0
            keyCount += 1
            postingCount += 1
        }
        beginGroup(newKey, relative)
    }

    /// The most that a position behind the first can take: the count of the group and a distance.
    private static let laterByteCount = 12
    /// The most that the beginning of a group can take: a distance of keys and the first position.
    private static let beginningByteCount = 20

    private mutating func appendToGroup(_ relative: UInt64) {
        if count == 1 {
            // Room for the count: two bytes always, because a block holds less than 16,384 positions.
            countOffset = end
            end += 2
        }
        var offset = end
        let distance = relative - last
        var span = bytes.mutableSpan
        span.putVarint(distance, at: &offset)
        end = offset
        last = relative
        count += 1
    }

    private mutating func beginGroup(_ newKey: UInt64, _ relative: UInt64) {
        if end + Self.beginningByteCount > limit { finishBlock() }
        if groupCount == 0 { blockFirstPosition = relative + base }
        let isRestart = groupCount == 0 || end - restarts[restarts.count - 1].offset >= Block.restartDistance
        if isRestart { restarts.append((newKey, end)) }
        let distance = newKey - key
        var offset = end
        var span = bytes.mutableSpan
        if !isRestart { span.putVarint(distance, at: &offset) }
        let head = offset
        span.putVarint(relative << 1, at: &offset)
        headOffset = head
        end = offset
        key = newKey
        last = relative
        count = 1
        groupCount += 1
    }

    /// Closes the last block.
    mutating func finish() {
        finishGroup()
        finishBlock()
    }

    /// Hands over the blocks that are ready.
    mutating func takeBlocks() -> [EncodedBlock] {
        defer {
            blocks = []
            pendingByteCount = 0
        }
        return blocks
    }

    private mutating func finishGroup() {
        if count > 1 {
            bytes[headOffset] |= 1
            let more = count - 2
            bytes[countOffset] = UInt8(truncatingIfNeeded: more) | 0x80
            bytes[countOffset + 1] = UInt8(truncatingIfNeeded: more >> 7)
        }
        count = 0
    }

    /// Writes what follows the groups and returns the length of the block.
    private static func putFooter(
        _ restarts: [(key: UInt64, offset: Int)], preceding: UInt64, groupCount: Int, _ target: inout [UInt8],
        at start: Int
    ) -> Int {
        let total = start + restarts.count * Block.restartByteCount + Block.footerByteCount
        precondition(total <= Block.capacity, "a block came out longer than its bound")
        var offset = start
        var span = target.mutableSpan
        for restart in restarts {
            span.putLittleEndian(restart.key, width: 8, at: &offset)
            span.putLittleEndian(UInt64(restart.offset), width: 2, at: &offset)
        }
        span.putLittleEndian(preceding, width: 8, at: &offset)
        span.putLittleEndian(UInt64(groupCount), width: 4, at: &offset)
        span.putLittleEndian(UInt64(restarts.count), width: 2, at: &offset)
        span.putLittleEndian(UInt64(Block.version), width: 2, at: &offset)
        return offset
    }

    private mutating func finishBlock() {
        guard groupCount > 0 else { return }
        let total = Self.putFooter(
            restarts, preceding: preceding, groupCount: groupCount, &bytes, at: end)
        blocks.append(
            EncodedBlock(
                firstKey: restarts[0].key, firstPosition: blockFirstPosition, bytes: Array(bytes[..<total])))
        pendingByteCount += total
        byteCount += UInt64(total)
        blockCount += 1
        end = 0
        groupCount = 0
        preceding = 0
        restarts.removeAll(keepingCapacity: true)
    }
}
