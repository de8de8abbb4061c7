import Dispatch
import Events
import Merkle
import Projection
import Synchronization

/// The tree over all rows of a point: customers by the bytes of their ids, then views in the order of the
/// catalogue.
///
/// Its leaves are as many as customers times views. What is kept of an attested tree is the upper part: the hash of
/// every 256 leaves and what lies above, a few hundred kilobytes for a hundred thousand customers. A proof then needs
/// the rows of the few customers whose leaves stand in one tile with it.
struct RowTree {
    /// One customer's rows in the order of the views; none where the customer has no row.
    typealias Rows = @Sendable (String) throws -> [JSONValue]

    private let names: [String]
    private let models: [RegisteredReadModel]
    private let tiles: RowTiles

    /// The whole tree: every row is evaluated.
    init(of base: Base, _ models: [RegisteredReadModel], workers: Int) throws {
        let order = base.names.indices.sorted { [names = base.names] left, right in
            names[left].utf8.lexicographicallyPrecedes(names[right].utf8)
        }
        let parts = max(1, min(workers, order.count / 128))
        let results = Mutex<[Int: Result<[TreeHash], any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (order.count * part / parts)..<(order.count * (part + 1) / parts)
            let result = Result {
                try order[range].flatMap { index in
                    try models.map { model in
                        let row = try model.row(index, base)
                        return TreeHasher.leaf(
                            Attestation.leaf(customer: base.names[index], view: model.name, row: row))
                    }
                }
            }
            results.withLock { $0[part] = result }
        }
        let all = results.withLock { $0 }
        let leaves = try (0..<parts).flatMap { try all[$0]?.get() ?? [] }
        self.init(
            names: order.map { base.names[$0] }, models, levels: Self.levels(over: leaves),
            rows: { [places = Self.places(order, base)] name in
                guard let index = places[name] else { return [] }
                return try models.map { try $0.row(index, base) }
            })
    }

    private init(
        names: [String], _ models: [RegisteredReadModel], levels: [[TreeHash]], rows: @escaping Rows
    ) {
        self.names = names
        self.models = models
        tiles = RowTiles(names: names, models.map(\.name), levels: levels, rows: rows)
    }

    private static func places(_ order: [Int], _ base: Base) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: order.map { (base.names[$0], $0) })
    }

    /// The hashes of every tile's full subtrees, the lowest level first: those of 256 leaves, of 65,536, …
    private static func levels(over leaves: [TreeHash]) -> [[TreeHash]] {
        let width = TileAddress.fullWidth
        var levels: [[TreeHash]] = []
        var hashes = leaves
        while hashes.count >= width {
            hashes = (0..<(hashes.count / width)).map { tile in
                TreeHasher.rootOfFullSubtree(hashes[(tile * width)..<((tile + 1) * width)])
            }
            levels.append(hashes)
        }
        return levels
    }

    /// How many rows there are.
    var count: UInt64 { UInt64(names.count * models.count) }

    /// The root.
    ///
    /// - Throws: what keeps the last rows from being evaluated.
    func root() throws -> TreeHash { try TileTree(size: count, source: tiles).root() }

    /// A row as it is hashed, with the way from there to the root; nil where there is none such.
    func proof(of customer: String, in view: String) throws -> (leaf: [UInt8], proof: InclusionProof)? {
        let place = names.partitionPoint { $0.utf8.lexicographicallyPrecedes(customer.utf8) }
        guard place < names.count, names[place] == customer,
            let number = models.firstIndex(where: { $0.name == view })
        else { return nil }
        let leaves = try tiles.leaves(ofCustomerAt: place)
        let proof = try TileTree(size: count, source: tiles)
            .inclusionProof(of: UInt64(place * models.count + number))
        return (leaves[number], proof)
    }

    // MARK: What is kept

    /// The upper part of the tree and the customers, as canonical JSON.
    var upperPart: [UInt8] {
        get throws {
            let levels = tiles.levels.map { JSONValue.array($0.map { .string($0.base64Text) }) }
            let kept: JSONValue = [
                "customers": .array(names.map { .string($0) }), "levels": .array(levels),
                "root": .string(try root().base64Text), "views": .array(models.map { .string($0.name) }),
            ]
            return kept.canonicalBytes
        }
    }

    /// A tree of which the upper part was kept; nil where that is damaged or of other rows. A wrong one cannot do
    /// harm: its proofs do not lead to the root that was attested.
    init?(
        upperPart bytes: [UInt8], ofRoot root: TreeHash, _ models: [RegisteredReadModel], rows: @escaping Rows
    ) {
        guard let kept = try? JSONValue(parsing: bytes.span), kept["root"]?.stringValue == root.base64Text,
            kept["views"]?.arrayValue?.compactMap(\.stringValue) == models.map(\.name),
            let names = kept["customers"]?.arrayValue?.compactMap(\.stringValue),
            let levels = kept["levels"]?.arrayValue?.map({ level in
                (level.arrayValue ?? []).compactMap { $0.stringValue.flatMap(TreeHash.init(base64:)) }
            })
        else { return nil }
        var expected = names.count * models.count / TileAddress.fullWidth
        for level in levels {
            guard level.count == expected else { return nil }
            expected /= TileAddress.fullWidth
        }
        guard expected == 0 else { return nil }
        self.init(names: names, models, levels: levels, rows: rows)
    }
}

/// The tiles of a tree over rows: the upper ones are known, the lowest are evaluated where they are asked for.
private final class RowTiles: TileSource, Sendable {
    let levels: [[TreeHash]]
    private let names: [String]
    private let views: [String]
    private let rows: RowTree.Rows
    private let known = Mutex<[Int: [[UInt8]]]>([:])

    init(names: [String], _ views: [String], levels: [[TreeHash]], rows: @escaping RowTree.Rows) {
        self.names = names
        self.views = views
        self.levels = levels
        self.rows = rows
    }

    func tile(at address: TileAddress, width: Int) throws(any Error) -> [TreeHash] {
        let start = Int(address.index) * TileAddress.fullWidth
        guard address.level == 0 else {
            return Array(levels[address.level - 1][start..<(start + width)])
        }
        return try (start..<(start + width)).map { leaf in
            TreeHasher.leaf(try leaves(ofCustomerAt: leaf / views.count)[leaf % views.count])
        }
    }

    /// The rows of one customer as they are hashed. A customer whose rows are gone has empty ones, which prove
    /// nothing.
    func leaves(ofCustomerAt place: Int) throws -> [[UInt8]] {
        if let leaves = known.withLock({ $0[place] }) { return leaves }
        let found = try rows(names[place])
        let leaves = views.enumerated().map { number, view in
            Attestation.leaf(
                customer: names[place], view: view, row: number < found.count ? found[number] : .null)
        }
        known.withLock { $0[place] = leaves }
        return leaves
    }
}
