/// A tree that grows to the right: what must be remembered to add leaves, name the root and fill tiles.
///
/// A value: a copy taken before a batch is the way back if the batch cannot be committed.
public struct TreeBuilder: Sendable {
    /// A tile that no later leaf changes.
    public struct FullTile: Sendable {
        /// Where it stands.
        public let address: TileAddress
        /// Its 256 hashes.
        public let hashes: [TreeHash]
    }

    /// The number of leaves.
    public private(set) var size: UInt64
    /// The roots of the full subtrees that the size's binary digits name, the largest first.
    private var peaks: [TreeHash]
    /// The partial tile of each level, 0 to 255 hashes.
    public private(set) var partialTiles: [[TreeHash]]
    private var fullTiles: [FullTile] = []

    /// The empty tree.
    public init() {
        size = 0
        peaks = []
        partialTiles = []
    }

    /// A tree of so many leaves, given the partial tile of each level, as stored.
    ///
    /// Nil where a tile is not as wide as the size says: then it is not the right edge of such a tree.
    public init?(size: UInt64, partialTiles: [[TreeHash]]) {
        let levelCount = TileAddress.levelCount(inTreeOf: size)
        guard partialTiles.count == levelCount else { return nil }
        var peaks: [TreeHash] = []
        for level in stride(from: levelCount - 1, through: 0, by: -1) {
            let hashes = partialTiles[level]
            let expected = Int(size >> UInt64(level * TileAddress.height)) % TileAddress.fullWidth
            guard hashes.count == expected else { return nil }
            var start = 0
            for bit in stride(from: TileAddress.height - 1, through: 0, by: -1) where expected >> bit & 1 == 1
            {
                peaks.append(TreeHasher.rootOfFullSubtree(hashes[start..<start + 1 << bit]))
                start += 1 << bit
            }
        }
        self.size = size
        self.peaks = peaks
        self.partialTiles = partialTiles
    }

    /// The root of the tree as it stands (RFC 6962, section 2.1).
    public var root: TreeHash {
        guard var root = peaks.last else { return .ofEmptyTree }
        for peak in peaks.dropLast().reversed() {
            root = TreeHasher.node(peak, root)
        }
        return root
    }

    /// Adds a leaf at the right edge.
    public mutating func append(_ leaf: TreeHash) {
        record(leaf, level: 0)
        join(leaf, height: 0)
        size += 1
    }

    /// Puts a full subtree of 2^height leaves at the right edge of a tree whose size is a multiple of so many.
    private mutating func join(_ subtree: TreeHash, height: Int) {
        var hash = subtree
        var height = height
        // Every one bit at the end of the old size is a full subtree that this one completes a larger one with.
        var rest = size >> UInt64(height)
        while rest & 1 == 1 {
            hash = TreeHasher.node(peaks.removeLast(), hash)
            height += 1
            rest >>= 1
            if height % TileAddress.height == 0 {
                record(hash, level: height / TileAddress.height)
            }
        }
        peaks.append(hash)
    }

    /// Adds leaves at the right edge, as so many calls of ``append(_:)`` would: whole tiles of them at once, whose
    /// nodes are hashed side by side.
    public mutating func append(contentsOf leaves: [TreeHash]) {
        var next = 0
        while next < leaves.count {
            let isAtTile = size % UInt64(TileAddress.fullWidth) == 0
            guard isAtTile, leaves.count - next >= TileAddress.fullWidth else {
                append(leaves[next])
                next += 1
                continue
            }
            appendTile(leaves[next..<next + TileAddress.fullWidth])
            next += TileAddress.fullWidth
        }
    }

    private mutating func appendTile(_ leaves: ArraySlice<TreeHash>) {
        let address = TileAddress(level: 0, index: size >> UInt64(TileAddress.height))
        if partialTiles.isEmpty { partialTiles.append([]) }
        fullTiles.append(FullTile(address: address, hashes: Array(leaves)))
        let root = TreeHasher.rootOfFullSubtree(leaves)
        // The order in which tiles are filled is that of their last leaves, the lower level first.
        record(root, level: 1)
        join(root, height: TileAddress.height)
        size += UInt64(TileAddress.fullWidth)
    }

    private mutating func record(_ hash: TreeHash, level: Int) {
        if partialTiles.count == level {
            partialTiles.append([])
        }
        partialTiles[level].append(hash)
        if partialTiles[level].count == TileAddress.fullWidth {
            let index = size >> UInt64((level + 1) * TileAddress.height)
            fullTiles.append(
                FullTile(address: TileAddress(level: level, index: index), hashes: partialTiles[level]))
            partialTiles[level].removeAll(keepingCapacity: true)
        }
    }

    /// The tiles that were filled since the last call, in the order in which they were.
    public mutating func takeFullTiles() -> [FullTile] {
        defer { fullTiles = [] }
        return fullTiles
    }
}
