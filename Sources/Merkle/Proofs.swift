/// Why a proof does not hold. Equality is what tests and callers decide by; the texts are for people.
public enum ProofError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The index or the sizes cannot be: the leaf is not in the tree, or the later tree is the smaller one.
    case impossibleSizes(String)
    /// The proof has too many or too few hashes for its sizes.
    case wrongLength(expected: Int?, found: Int)
    /// The hashes lead to another root than the one that was given.
    case otherRoot(expected: TreeHash, found: TreeHash)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .impossibleSizes(let what):
            what
        case .wrongLength(.some(let expected), let found):
            "the proof has \(found) hashes; one of its sizes has \(expected)"
        case .wrongLength(.none, let found):
            "the proof has \(found) hashes, which is not the number its sizes ask for"
        case .otherRoot(let expected, let found):
            "the proof leads to the root \(found), not to \(expected)"
        }
    }
}

/// The hashes that lead from one leaf to the root.
public struct InclusionProof: Hashable, Sendable {
    /// The index of the leaf.
    public let index: UInt64
    /// The size of the tree.
    public let size: UInt64
    /// The sibling hashes, the leaf's own first.
    public let hashes: [TreeHash]

    /// A proof as it was received. Nothing is checked before `verify`.
    public init(index: UInt64, size: UInt64, hashes: [TreeHash]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Checks that the leaf is where the proof says, in the tree with this root.
    ///
    /// The algorithm of RFC 9162, section 2.1.3.2.
    public func verify(leaf: TreeHash, root: TreeHash) throws(ProofError) {
        guard index < size else {
            throw .impossibleSizes("leaf \(index) cannot be in a tree of \(size) leaves")
        }
        let inner = 64 - (index ^ (size - 1)).leadingZeroBitCount
        let expected = inner + (index >> UInt64(inner)).nonzeroBitCount
        guard hashes.count == expected else {
            throw .wrongLength(expected: expected, found: hashes.count)
        }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in hashes {
            if node & 1 == 1 || node == last {
                hash = TreeHasher.node(sibling, hash)
                while node & 1 == 0 && node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = TreeHasher.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard hash == root else { throw .otherRoot(expected: root, found: hash) }
    }
}

/// The hashes that show that a tree begins with an earlier one.
public struct ConsistencyProof: Hashable, Sendable {
    /// The size of the earlier tree.
    public let earlierSize: UInt64
    /// The size of the later tree.
    public let laterSize: UInt64
    /// The hashes of the subtrees between the two.
    public let hashes: [TreeHash]

    /// A proof as it was received. Nothing is checked before `verify`.
    public init(earlierSize: UInt64, laterSize: UInt64, hashes: [TreeHash]) {
        self.earlierSize = earlierSize
        self.laterSize = laterSize
        self.hashes = hashes
    }

    /// Checks that the tree with the later root begins with the tree with the earlier one.
    ///
    /// The algorithm of RFC 9162, section 2.1.4.2. An earlier size of 0 is refused: every tree begins with the
    /// empty one, so such a proof would say nothing.
    public func verify(earlierRoot: TreeHash, laterRoot: TreeHash) throws(ProofError) {
        guard earlierSize > 0, earlierSize <= laterSize else {
            throw .impossibleSizes("no proof leads from a tree of \(earlierSize) to a tree of \(laterSize)")
        }
        if earlierSize == laterSize {
            guard hashes.isEmpty else { throw .wrongLength(expected: 0, found: hashes.count) }
            guard earlierRoot == laterRoot else {
                throw .otherRoot(expected: laterRoot, found: earlierRoot)
            }
            return
        }
        var path = hashes[...]
        if earlierSize.nonzeroBitCount == 1 {
            path = [earlierRoot] + path
        }
        guard let seed = path.popFirst() else { throw .wrongLength(expected: nil, found: hashes.count) }
        var node = earlierSize - 1
        var last = laterSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var earlier = seed
        var later = seed
        for sibling in path {
            guard last != 0 else { throw .wrongLength(expected: nil, found: hashes.count) }
            if node & 1 == 1 || node == last {
                earlier = TreeHasher.node(sibling, earlier)
                later = TreeHasher.node(sibling, later)
                while node & 1 == 0 && node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                later = TreeHasher.node(later, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .wrongLength(expected: nil, found: hashes.count) }
        guard earlier == earlierRoot else { throw .otherRoot(expected: earlierRoot, found: earlier) }
        guard later == laterRoot else { throw .otherRoot(expected: laterRoot, found: later) }
    }
}
