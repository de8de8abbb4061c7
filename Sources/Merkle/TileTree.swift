/// Whoever can fetch tiles: the log's storage, a folder, a test.
public protocol TileSource {
    /// What can go wrong in fetching.
    associatedtype Failure: Error

    /// The hashes of a tile: at least the first `width` of them.
    func tile(at address: TileAddress, width: Int) throws(Failure) -> [TreeHash]
}

/// A tree of a given size over stored tiles: any root and any proof of this size or a smaller one.
public struct TileTree<Source: TileSource> {
    /// The number of leaves.
    public let size: UInt64
    private let source: Source

    /// A tree of so many leaves.
    public init(size: UInt64, source: Source) {
        self.size = size
        self.source = source
    }

    /// The root (RFC 6962, section 2.1).
    public func root() throws(Source.Failure) -> TreeHash {
        size == 0 ? .ofEmptyTree : try hash(of: 0, to: size)
    }

    /// The proof that the leaf at an index is in the tree (RFC 6962, section 2.1.1). Traps where there is no
    /// such leaf.
    public func inclusionProof(of index: UInt64) throws(Source.Failure) -> InclusionProof {
        precondition(index < size, "leaf \(index) is not in a tree of \(size)")
        var hashes: [TreeHash] = []
        var start: UInt64 = 0
        var end = size
        while end - start > 1 {
            let middle = start + Self.split(end - start)
            if index < middle {
                hashes.append(try hash(of: middle, to: end))
                end = middle
            } else {
                hashes.append(try hash(of: start, to: middle))
                start = middle
            }
        }
        return InclusionProof(index: index, size: size, hashes: hashes.reversed())
    }

    /// The proof that this tree begins with the tree of an earlier size (RFC 6962, section 2.1.2). Traps where
    /// that size is 0 or larger than this one.
    public func consistencyProof(from earlier: UInt64) throws(Source.Failure) -> ConsistencyProof {
        precondition(earlier > 0 && earlier <= size, "no tree of \(earlier) before a tree of \(size)")
        var hashes: [TreeHash] = []
        var start: UInt64 = 0
        var end = size
        // While the earlier tree is all of the subtree in hand, its root is what the verifier has already.
        var isWhole = true
        while earlier != end {
            let middle = start + Self.split(end - start)
            if earlier <= middle {
                hashes.append(try hash(of: middle, to: end))
                end = middle
            } else {
                hashes.append(try hash(of: start, to: middle))
                start = middle
                isWhole = false
            }
        }
        if !isWhole {
            hashes.append(try hash(of: start, to: end))
        }
        return ConsistencyProof(earlierSize: earlier, laterSize: size, hashes: hashes.reversed())
    }

    /// The largest power of two smaller than a count of at least 2.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    /// The hash over the leaves start ..< end, where start is a multiple of the power of two that covers them.
    private func hash(of start: UInt64, to end: UInt64) throws(Source.Failure) -> TreeHash {
        let count = end - start
        if count.nonzeroBitCount == 1 {
            return try hashOfFullSubtree(start: start, height: count.trailingZeroBitCount)
        }
        let middle = start + Self.split(count)
        let left = try hash(of: start, to: middle)
        return TreeHasher.node(left, try hash(of: middle, to: end))
    }

    private func hashOfFullSubtree(start: UInt64, height: Int) throws(Source.Failure) -> TreeHash {
        let level = height / TileAddress.height
        let width = 1 << (height % TileAddress.height)
        let first = start >> UInt64(level * TileAddress.height)
        let address = TileAddress(level: level, index: first / UInt64(TileAddress.fullWidth))
        let offset = Int(first % UInt64(TileAddress.fullWidth))
        let tile = try source.tile(at: address, width: offset + width)
        return TreeHasher.rootOfFullSubtree(tile[offset..<offset + width])
    }
}
