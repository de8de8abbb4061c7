import Events
import Merkle
import Projection

/// The tree over all rows of a base: customers by the bytes of their ids, then views in the order of the
/// catalogue.
struct RowTree {
    private let names: [String]
    private let order: [Int]
    private let catalogue: [RegisteredReadModel]
    private let base: Base
    private let tiles: MemoryTiles

    init(of base: Base, _ catalogue: [RegisteredReadModel]) throws {
        // Reports about everybody have no rows that could be proved.
        let catalogue = catalogue.filter { !$0.isReportOnly }
        self.base = base
        self.catalogue = catalogue
        names = base.names
        order = base.names.indices.sorted { [names = base.names] left, right in
            names[left].utf8.lexicographicallyPrecedes(names[right].utf8)
        }
        var tiles = MemoryTiles()
        for index in order {
            for model in catalogue {
                let leaf = Attestation.leaf(
                    customer: base.names[index], view: model.name, row: try model.row(index, base))
                tiles.append(TreeHasher.leaf(leaf))
            }
        }
        self.tiles = tiles
    }

    /// How many rows there are.
    var count: UInt64 { tiles.builder.size }

    var root: TreeHash { tiles.builder.root }

    /// A row as it is hashed, with the way from there to the root; nil where there is none such.
    func proof(of customer: String, in view: String) throws -> (leaf: [UInt8], proof: InclusionProof)? {
        guard let place = order.firstIndex(where: { names[$0] == customer }),
            let number = catalogue.firstIndex(where: { $0.name == view })
        else { return nil }
        let leaf = Attestation.leaf(
            customer: customer, view: view, row: try catalogue[number].row(order[place], base))
        let index = UInt64(place * catalogue.count + number)
        return (leaf, TileTree(size: count, source: tiles).inclusionProof(of: index))
    }
}

/// The tiles of a tree that is kept in memory while it is needed.
private struct MemoryTiles: TileSource {
    private(set) var builder = TreeBuilder()
    private var full: [TileAddress: [TreeHash]] = [:]

    mutating func append(_ leaf: TreeHash) {
        builder.append(leaf)
        for tile in builder.takeFullTiles() { full[tile.address] = tile.hashes }
    }

    func tile(at address: TileAddress, width: Int) -> [TreeHash] {
        full[address] ?? builder.partialTiles[address.level]
    }
}
