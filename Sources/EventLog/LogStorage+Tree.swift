import LMDB
import Merkle

/// How the tree is stored: full tiles of level 0, and all tiles of the levels above. The hashes behind the last
/// full tile of level 0 are those of the lines at the end of the log, at most 255, and are computed from them:
/// so a commit of one event writes no tile at all.
extension LogStorage {
    static func tileKey(_ address: TileAddress) -> Key {
        Key(UInt8(address.level)).appending(address.index)
    }

    /// Stores the tiles that a commit filled or changed.
    func putTiles(
        _ full: [TreeBuilder.FullTile], of tree: TreeBuilder, in transaction: inout WriteTransaction
    ) throws {
        guard !full.isEmpty else { return }
        var value: [UInt8] = []
        let leafTiles = full.filter { $0.address.level == 0 }
        for tile in leafTiles {
            for hash in tile.hashes { hash.append(to: &value) }
        }
        if let first = leafTiles.first {
            try transaction.put(value.span, for: Self.tileKey(first.address), in: tiles)
        }
        for tile in full where tile.address.level > 0 {
            try put(tile.hashes, at: tile.address, in: &transaction)
        }
        for level in tree.partialTiles.indices.dropFirst() where !tree.partialTiles[level].isEmpty {
            let index = tree.size >> UInt64(8 * (level + 1))
            try put(tree.partialTiles[level], at: TileAddress(level: level, index: index), in: &transaction)
        }
    }

    private func put(_ hashes: [TreeHash], at address: TileAddress, in transaction: inout WriteTransaction)
        throws
    {
        var value: [UInt8] = []
        for hash in hashes { hash.append(to: &value) }
        try transaction.put(value.span, for: Self.tileKey(address), in: tiles)
    }

    /// The hashes of a tile in a tree of this size.
    func tile(
        _ address: TileAddress, inTreeOf size: UInt64, in transaction: borrowing ReadTransaction
    ) throws -> [TreeHash] {
        let width = address.width(inTreeOf: size)
        guard width > 0 else { return [] }
        let stored =
            address.level == 0
            ? try leafTile(address, width: width, in: transaction)
            : try transaction.value(for: Self.tileKey(address), in: tiles) {
                Self.hashes($0, from: 0, count: width)
            }
                ?? nil
        if let stored { return stored }
        guard address.level == 0, width < TileAddress.fullWidth else {
            throw LogError(
                .damaged, "the log lacks the tile \(address.path(width: width)) of its tree, or part of it")
        }
        var hashes: [TreeHash] = []
        let first = address.index * UInt64(TileAddress.fullWidth)
        try forEachLine(from: first, upTo: first + UInt64(width), in: transaction) { line, _ in
            hashes.append(TreeHasher.leaf(line))
            return true
        }
        return hashes
    }

    private func leafTile(
        _ address: TileAddress, width: Int, in transaction: borrowing ReadTransaction
    ) throws -> [TreeHash]? {
        try transaction.withCursor(in: tiles) { cursor in
            let next = Self.tileKey(TileAddress(level: 0, index: address.index + 1))
            guard try cursor.seek(before: next) else { return nil }
            return cursor.withCurrent { key, value in
                guard key.count == 9, key[0] == 0 else { return nil }
                let offset = Int(address.index - key.bigEndianUInt64(at: 1)) * 8_192
                return Self.hashes(value, from: offset, count: width)
            }
        }
    }

    /// Hashes of a stored value; nil where it ends before them.
    private static func hashes(_ value: Span<UInt8>, from offset: Int, count: Int) -> [TreeHash]? {
        guard offset + count * TreeHash.byteCount <= value.count else { return nil }
        return (0..<count).map { TreeHash(at: offset + $0 * TreeHash.byteCount, of: value) }
    }

    /// The tree at its right edge, checked against the root that the head names.
    func builder(_ head: HeadRecord, in transaction: borrowing ReadTransaction) throws -> TreeBuilder {
        var partial: [[TreeHash]] = []
        for level in 0..<TileAddress.levelCount(inTreeOf: head.count) {
            let index = head.count >> UInt64(8 * (level + 1))
            partial.append(
                try tile(TileAddress(level: level, index: index), inTreeOf: head.count, in: transaction))
        }
        guard let builder = TreeBuilder(size: head.count, partialTiles: partial),
            builder.root.bytes == head.root
        else {
            throw LogError(
                .damaged,
                "the newest events, or the tree over them, are not those that were written: "
                    + "run `daybook verify --log`")
        }
        return builder
    }
}

/// The tiles of a snapshot, as proofs need them.
struct StoredTiles: TileSource {
    let snapshot: LogSnapshot
    let size: UInt64

    func tile(at address: TileAddress, width: Int) throws(LogError) -> [TreeHash] {
        try storing { try snapshot.storage.tile(address, inTreeOf: size, in: snapshot.transaction) }
    }
}

/// A read transaction and what is read through it. It never leaves the closure that a `LogView` is lent to.
final class LogSnapshot {
    let storage: LogStorage
    let transaction: ReadTransaction
    let head: HeadRecord

    init(_ storage: LogStorage) throws {
        self.storage = storage
        transaction = try storage.environment.beginReading()
        head = try storage.head(in: transaction)
    }
}
