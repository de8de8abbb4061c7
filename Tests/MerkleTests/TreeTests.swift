import Crypto
import Merkle
import Testing

@Suite struct TreeTests {
    /// The eight entries that the test vectors of Certificate Transparency implementations share.
    @Test func rootsOfTheWellKnownEntries() {
        let entries: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
            Array(0x50...0x57), Array(0x60...0x6f),
        ]
        var builder = TreeBuilder()
        #expect(builder.root.hexText == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        builder.append(TreeHasher.leaf(entries[0]))
        #expect(builder.root.hexText == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        for entry in entries.dropFirst() {
            builder.append(TreeHasher.leaf(entry))
        }
        #expect(builder.root.hexText == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    }

    /// Lines of every length up to five blocks, hashed side by side and alone, and rows of nodes.
    @Test func manyHashesAtOnceAreThoseOfOneAtATime() throws {
        let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 5) }
        for step in [1, 3, 7] {
            var starts: [UInt32] = [5]
            for number in 0..<320 { starts.append(starts[number] + UInt32(number * step % 331)) }
            for count in [0, 1, 2, 3, 320] {
                var hashes = leaves(2)
                TreeHasher.appendLeaves(
                    of: bytes.span, starts: starts.span.extracting(0..<count + 1), to: &hashes)
                let expected = (0..<count).map { number in
                    let line = bytes[Int(starts[number])..<Int(starts[number + 1])]
                    return TreeHash(bytes: Array(SHA256.hash(data: [0] + line)))
                }
                #expect(Array(hashes.dropFirst(2)) == expected.compactMap { $0 })
                #expect(hashes.count == count + 2)
            }
        }
        for height in 0...9 {
            let all = leaves(1 << height)
            #expect(TreeHasher.rootOfFullSubtree(all[...]) == modelRoot(all[...]))
        }
        let pair = leaves(2)
        let node = TreeHash(bytes: Array(SHA256.hash(data: [1] + pair[0].bytes + pair[1].bytes)))
        #expect(TreeHasher.rootOfFullSubtree(pair[...]) == node)
        #expect(TreeHasher.node(pair[0], pair[1]) == node)
    }

    @Test func theRootIsThatOfTheRecursiveDefinitionAtEverySize() {
        let all = leaves(700)
        var builder = TreeBuilder()
        for size in 0...700 {
            #expect(builder.root == modelRoot(all[..<size]))
            if size < 700 { builder.append(all[size]) }
        }
    }

    @Test func theTilesGiveTheRootOfEveryEarlierSize() {
        let all = leaves(1_400)
        let grown = GrownTree(all)
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 513, 767, 1_023, 1_024, 1_025, 1_399, 1_400] {
            #expect(grown.tree(ofSize: UInt64(size)).root() == modelRoot(all[..<size]))
        }
    }

    @Test func aTreeResumedFromItsPartialTilesGoesOnAsIfItHadNeverStopped() throws {
        let all = leaves(66_000)
        var grown = GrownTree([])
        for (index, leaf) in all.enumerated() {
            if [1, 255, 256, 300, 65_535, 65_536, 65_800].contains(index) {
                let resumed = try #require(
                    TreeBuilder(size: UInt64(index), partialTiles: grown.builder.partialTiles))
                #expect(resumed.root == grown.builder.root)
                grown.builder = resumed
            }
            grown.append(leaf)
        }
        #expect(grown.builder.root == modelRoot(all[...]))
        #expect(grown.tree(ofSize: 65_700).root() == modelRoot(all[..<65_700]))
        #expect(TreeBuilder(size: 5, partialTiles: [leaves(4)]) == nil)
    }

    @Test func manyLeavesAtOnceGrowTheTreeThatOneAtATimeGrows() {
        let all = leaves(140_000)
        for pieces in [[1, 255, 256, 300, 65_535, 73_653], [140_000], [257, 139_743], [256, 256, 139_488]] {
            var (one, many) = (TreeBuilder(), TreeBuilder())
            var start = 0
            for piece in pieces {
                many.append(contentsOf: Array(all[start..<start + piece]))
                for leaf in all[start..<start + piece] { one.append(leaf) }
                start += piece
                #expect(many.size == one.size)
                #expect(many.root == one.root)
                #expect(many.partialTiles == one.partialTiles)
                let (left, right) = (many.takeFullTiles(), one.takeFullTiles())
                #expect(left.map(\.address) == right.map(\.address))
                #expect(left.map(\.hashes) == right.map(\.hashes))
            }
        }
    }

    @Test func tilesAreAddressedAsPublished() {
        #expect(TileAddress(level: 0, index: 1_234_067).path(width: 256) == "tile/0/x001/x234/067")
        #expect(TileAddress(level: 1, index: 1).path(width: 17) == "tile/1/001.p/17")
        // The example of the specification: a tree of 70,000.
        #expect(TileAddress(level: 0, index: 272).width(inTreeOf: 70_000) == 256)
        #expect(TileAddress(level: 0, index: 273).width(inTreeOf: 70_000) == 112)
        #expect(TileAddress(level: 0, index: 274).width(inTreeOf: 70_000) == 0)
        #expect(TileAddress(level: 1, index: 1).width(inTreeOf: 70_000) == 17)
        #expect(TileAddress(level: 2, index: 0).width(inTreeOf: 70_000) == 1)
        #expect(TileAddress.levelCount(inTreeOf: 70_000) == 3)
        #expect(TileAddress.levelCount(inTreeOf: 255) == 1)
    }

    @Test func base64HasOneSpellingOnly() {
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        for text in ["Zg", "Zg=", "Zh==", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm9_", "=Zg="] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }
}
