import Merkle
import Testing

@Suite struct ProofTests {
    @Test func everyLeafOfEverySizeIsProved() throws {
        let all = leaves(70)
        let grown = GrownTree(all)
        for size in 1...70 {
            let tree = grown.tree(ofSize: UInt64(size))
            let root = modelRoot(all[..<size])
            for index in 0..<size {
                try tree.inclusionProof(of: UInt64(index)).verify(leaf: all[index], root: root)
            }
        }
    }

    @Test func everySizeIsProvedToBeginEveryLaterOne() throws {
        let all = leaves(70)
        let grown = GrownTree(all)
        for later in 1...70 {
            for earlier in 1...later {
                let proof = grown.tree(ofSize: UInt64(later)).consistencyProof(from: UInt64(earlier))
                try proof.verify(
                    earlierRoot: modelRoot(all[..<earlier]), laterRoot: modelRoot(all[..<later]))
            }
        }
    }

    @Test func aTreeIsConsistentWithItselfByNoHashesAtAll() throws {
        let proof = ConsistencyProof(earlierSize: 1, laterSize: 1, hashes: [])
        let root = TreeHasher.leaf([1])
        try proof.verify(earlierRoot: root, laterRoot: root)
        #expect(throws: ProofError.self) {
            try proof.verify(earlierRoot: root, laterRoot: TreeHasher.leaf([2]))
        }
    }

    @Test func proofsAcrossTileBordersHold() throws {
        let all = leaves(70_000)
        let grown = GrownTree(all)
        let sizes: [UInt64] = [255, 256, 257, 65_535, 65_536, 65_537, 69_999, 70_000]
        for size in sizes {
            let tree = grown.tree(ofSize: size)
            let root = tree.root()
            for index in [0, size / 3, size / 2, size - 1] {
                try tree.inclusionProof(of: index).verify(leaf: all[Int(index)], root: root)
            }
            for earlier in sizes where earlier <= size {
                try tree.consistencyProof(from: earlier)
                    .verify(earlierRoot: grown.tree(ofSize: earlier).root(), laterRoot: root)
            }
        }
    }

    @Test func noChangedProofIsAccepted() {
        let all = leaves(100)
        let tree = GrownTree(all).tree(ofSize: 100)
        let root = tree.root()
        for index in UInt64(0)..<100 {
            let proof = tree.inclusionProof(of: index)
            let leaf = all[Int(index)]
            var changed: [InclusionProof] = []
            for place in proof.hashes.indices {
                var hashes = proof.hashes
                hashes[place] = TreeHasher.leaf(hashes[place].bytes)
                changed.append(InclusionProof(index: index, size: 100, hashes: hashes))
                hashes = proof.hashes
                hashes.remove(at: place)
                changed.append(InclusionProof(index: index, size: 100, hashes: hashes))
            }
            changed.append(InclusionProof(index: index, size: 100, hashes: proof.hashes + [root]))
            changed.append(InclusionProof(index: index ^ 1, size: 100, hashes: proof.hashes))
            for proof in changed {
                #expect(throws: ProofError.self) { try proof.verify(leaf: leaf, root: root) }
            }
            #expect(throws: ProofError.self) { try proof.verify(leaf: root, root: root) }
        }
        #expect(throws: ProofError.impossibleSizes("leaf 5 cannot be in a tree of 5 leaves")) {
            try InclusionProof(index: 5, size: 5, hashes: []).verify(leaf: root, root: root)
        }
        #expect(throws: ProofError.self) {
            try ConsistencyProof(earlierSize: 0, laterSize: 1, hashes: [])
                .verify(earlierRoot: .ofEmptyTree, laterRoot: root)
        }
    }
}
