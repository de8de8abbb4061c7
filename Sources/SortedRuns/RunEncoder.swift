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
    private var groups = [UInt8](repeating: 0, count: Block.capacity)
    private var groupsEnd = 0
    private var groupCount = 0
    private var restarts: [(key: UInt64, offset: Int)] = []
    private var blockFirstPosition: UInt64 = 0
    private var preceding: UInt64 = 0
    private var previousKey: UInt64 = 0

    // The group being gathered.
    private var key: UInt64 = 0
    private var first: UInt64 = 0
    private var last: UInt64 = 0
    private var count: UInt64 = 0
    private var keyTotal: UInt64 = 0
    private var distances = [UInt8](repeating: 0, count: Block.capacity)
    private var distancesEnd = 0

    /// - Parameter base: where the coverage of the run begins; positions are stored as distances from it.
    init(base: UInt64) { self.base = base }

    /// Bytes the block would have with the open group, at most.
    private var bound: Int {
        groupsEnd + 10 + varintByteCount(first << 1) + varintByteCount(count) + distancesEnd
            + (restarts.count + 1) * Block.restartByteCount + Block.footerByteCount
    }

    /// Adds a posting, which sorts behind those before it.
    mutating func append(key newKey: UInt64, position: UInt64) {
        let relative = position - base
        if count > 0, newKey == key {
            precondition(relative >= last, "postings must come in order")
            let distance = relative - last
            // The same key at the same position is one posting.
            if distance == 0 { return }
            postingCount += 1
            if bound + varintByteCount(distance) <= Block.capacity {
                var end = distancesEnd
                var span = distances.mutableSpan
                span.putVarint(distance, at: &end)
                distancesEnd = end
                last = relative
                count += 1
                return
            }
            keyTotal += count
            finishGroup()
            finishBlock()
            preceding = keyTotal
        } else {
            precondition(count == 0 || newKey > key, "postings must come in order")
            finishGroup()
            keyTotal = 0
            keyCount += 1
            postingCount += 1
        }
        key = newKey
        first = relative
        last = relative
        count = 1
        distancesEnd = 0
        if bound > Block.capacity { finishBlock() }
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
        guard count > 0 else { return }
        if groupCount == 0 { blockFirstPosition = first + base }
        let isRestart =
            groupCount == 0 || groupsEnd - restarts[restarts.count - 1].offset >= Block.restartDistance
        if isRestart { restarts.append((key, groupsEnd)) }
        groupsEnd = Self.putGroup(
            distance: isRestart ? nil : key - previousKey, first: first, count: count,
            distances, distancesEnd, &groups, at: groupsEnd)
        previousKey = key
        groupCount += 1
        count = 0
        distancesEnd = 0
    }

    /// Writes a group and returns the offset behind it.
    private static func putGroup(
        distance: UInt64?, first: UInt64, count: UInt64, _ distances: [UInt8], _ distancesEnd: Int,
        _ target: inout [UInt8], at start: Int
    ) -> Int {
        var end = start
        var span = target.mutableSpan
        if let distance { span.putVarint(distance, at: &end) }
        span.putVarint(first << 1 | (count > 1 ? 1 : 0), at: &end)
        guard count > 1 else { return end }
        span.putVarint(count - 2, at: &end)
        let source = distances.span
        for index in 0..<distancesEnd { span[end + index] = source[index] }
        return end + distancesEnd
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
            restarts, preceding: preceding, groupCount: groupCount, &groups, at: groupsEnd)
        blocks.append(
            EncodedBlock(
                firstKey: restarts[0].key, firstPosition: blockFirstPosition, bytes: Array(groups[..<total])))
        pendingByteCount += total
        byteCount += UInt64(total)
        blockCount += 1
        groupsEnd = 0
        groupCount = 0
        preceding = 0
        restarts.removeAll(keepingCapacity: true)
    }
}
