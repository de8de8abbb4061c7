/// Where the parts of a block lie. A block is one LMDB value of a run:
///
///     groups, one per key, ascending · restarts · preceding (8) · groups (4) · restarts (2) · version (2)
///
/// A *group* is a key with its positions: the distance from the key before (nothing at a restart), then
/// twice the first position, plus one when there are more, then how many more less one (in two bytes), then
/// the distances of the others. All are varints; positions count from where the run's coverage begins. A *restart* is a key of
/// eight bytes and the offset of its group, two bytes: the beginnings of stretches of about 256 bytes, for
/// binary search. *Preceding* is how many positions the first key has in earlier blocks of the run.
struct Block {
    /// Four pages, less the 16 bytes that LMDB puts before a large value.
    static let capacity = 4 * 4096 - 16
    static let footerByteCount = 16
    static let restartByteCount = 10
    static let restartDistance = 256
    static let version = 1

    let groupsEnd: Int
    let groupCount: Int
    let restartCount: Int
    let preceding: UInt64

    init(_ bytes: Span<UInt8>) throws(BlockDamage) {
        let footer = bytes.count - Self.footerByteCount
        preceding = try bytes.littleEndian(at: footer, width: 8)
        groupCount = Int(try bytes.littleEndian(at: footer + 8, width: 4))
        restartCount = Int(try bytes.littleEndian(at: footer + 12, width: 2))
        groupsEnd = footer - restartCount * Self.restartByteCount
        let version = try bytes.littleEndian(at: footer + 14, width: 2)
        guard version == Self.version, groupsEnd > 0, restartCount > 0 else { throw BlockDamage() }
    }

    /// The key and offset of a restart.
    @inline(__always)
    func restart(_ index: Int, _ bytes: Span<UInt8>) throws(BlockDamage) -> (key: UInt64, offset: Int) {
        let place = groupsEnd + index * Self.restartByteCount
        let key = try bytes.littleEndian(at: place, width: 8)
        return (key, Int(try bytes.littleEndian(at: place + 8, width: 2)))
    }

    /// The last restart whose key is not above `key`; 0 when there is none.
    func restart(for key: UInt64, _ bytes: Span<UInt8>) throws(BlockDamage) -> Int {
        var low = 0
        var high = restartCount
        while low + 1 < high {
            let middle = (low + high) / 2
            if try restart(middle, bytes).key <= key { low = middle } else { high = middle }
        }
        return low
    }
}

/// A place in a block that moves from group to group. It holds offsets only: the bytes are passed to it.
struct GroupReader {
    private(set) var key: UInt64 = 0
    /// Positions of the group that were not yet read.
    private(set) var remaining = 0
    /// Positions of the group, all told.
    private(set) var count = 0
    private var offset = 0
    /// How many restarts were come upon, when a block was read from its beginning.
    private(set) var nextRestart = 0
    private var nextRestartOffset = 0
    private var position: UInt64 = 0
    private var isFirstUnread = false

    /// At the beginning of a block.
    init(_ block: Block, _ bytes: Span<UInt8>) throws(BlockDamage) {
        try jump(to: 0, block, bytes)
    }

    /// Before the restart from which a key, or the place where it would be, is found by moving on.
    init(_ block: Block, _ bytes: Span<UInt8>, before target: UInt64) throws(BlockDamage) {
        try jump(to: block.restart(for: target, bytes), block, bytes)
    }

    /// At the beginning of nothing.
    init() {}

    /// At the group of a key; nil when the block has none.
    init?(of target: UInt64, _ block: Block, _ bytes: Span<UInt8>) throws(BlockDamage) {
        let restart = try block.restart(for: target, bytes)
        var (key, offset) = try block.restart(restart, bytes)
        let isLast = restart + 1 == block.restartCount
        let end = isLast ? block.groupsEnd : try block.restart(restart + 1, bytes).offset
        while key < target {
            let head = try bytes.varint(at: &offset)
            if head & 1 != 0 {
                let more = Int(clamping: try bytes.varint(at: &offset))
                guard more < bytes.count else { throw BlockDamage() }
                try bytes.skipVarints(more + 1, at: &offset)
            }
            guard offset < end else { return nil }
            key &+= try bytes.varint(at: &offset)
        }
        guard key == target else { return nil }
        self.key = key
        self.offset = offset
        nextRestart = restart + 1
        nextRestartOffset = isLast ? -1 : end
        try readHead(bytes)
    }

    private mutating func jump(to restart: Int, _ block: Block, _ bytes: Span<UInt8>) throws(BlockDamage) {
        nextRestart = restart
        nextRestartOffset = try block.restart(restart, bytes).offset
        offset = nextRestartOffset
    }

    /// Moves to the next group; false at the end of the block.
    @inline(__always)
    mutating func nextGroup(_ block: Block, _ bytes: Span<UInt8>) throws(BlockDamage) -> Bool {
        if remaining > 0 { try bytes.skipVarints(remaining - (isFirstUnread ? 1 : 0), at: &offset) }
        guard offset < block.groupsEnd else { return false }
        if offset == nextRestartOffset {
            key = try block.restart(nextRestart, bytes).key
            nextRestart += 1
            nextRestartOffset =
                nextRestart < block.restartCount ? try block.restart(nextRestart, bytes).offset : -1
        } else {
            key &+= try bytes.varint(at: &offset)
        }
        try readHead(bytes)
        return true
    }

    @inline(__always)
    private mutating func readHead(_ bytes: Span<UInt8>) throws(BlockDamage) {
        let head = try bytes.varint(at: &offset)
        position = head >> 1
        count = 1
        if head & 1 != 0 {
            let more = Int(clamping: try bytes.varint(at: &offset))
            guard more < bytes.count else { throw BlockDamage() }
            count = more + 2
        }
        remaining = count
        isFirstUnread = true
    }

    /// The next position of the group, counted from the beginning of the run. Requires `remaining` > 0.
    @inline(__always)
    mutating func nextPosition(_ bytes: Span<UInt8>) throws(BlockDamage) -> UInt64 {
        remaining -= 1
        if isFirstUnread {
            isFirstUnread = false
        } else {
            let sum = position.addingReportingOverflow(try bytes.varint(at: &offset))
            if sum.overflow { throw BlockDamage() }
            position = sum.partialValue
        }
        return position
    }
}
