import Merkle

/// RFC 6962, section 2.1, as it is written there: the model that the tree is compared with.
func modelRoot(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
    guard leaves.count > 1 else { return leaves.first ?? .ofEmptyTree }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return TreeHasher.node(modelRoot(leaves[..<middle]), modelRoot(leaves[middle...]))
}

/// Leaves that differ from each other.
func leaves(_ count: Int) -> [TreeHash] {
    (0..<count).map { TreeHasher.leaf(Array("leaf \($0)".utf8)) }
}

/// A tree in memory, tiles and all.
struct GrownTree: TileSource {
    var builder = TreeBuilder()
    var fullTiles: [TileAddress: [TreeHash]] = [:]

    init(_ leaves: [TreeHash]) {
        for leaf in leaves { append(leaf) }
    }

    mutating func append(_ leaf: TreeHash) {
        builder.append(leaf)
        for tile in builder.takeFullTiles() {
            fullTiles[tile.address] = tile.hashes
        }
    }

    func tile(at address: TileAddress, width: Int) -> [TreeHash] {
        fullTiles[address] ?? builder.partialTiles[address.level]
    }

    func tree(ofSize size: UInt64) -> TileTree<GrownTree> {
        TileTree(size: size, source: self)
    }
}
