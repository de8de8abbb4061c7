import Events

/// A condition on values, asked of columns: they leave a few events too many, never one too few.
struct ValueFilter: Sendable {
    private indirect enum Node: Sendable {
        case and(Node, Node)
        case or(Node, Node)
        case not(Node)
        case leaf(ValueLeaf)
    }

    private let root: Node

    /// Nil where columns say nothing of the condition.
    ///
    /// - Parameter condition: its paths are called as in an event.
    init?(_ condition: ValueExpression) {
        var isKnown = false
        root = Self.node(condition, &isKnown)
        if !isKnown { return nil }
    }

    private static func node(_ condition: ValueExpression, _ isKnown: inout Bool) -> Node {
        switch condition {
        case .and(let left, let right): return .and(node(left, &isKnown), node(right, &isKnown))
        case .or(let left, let right): return .or(node(left, &isKnown), node(right, &isKnown))
        case .not(let inner): return .not(node(inner, &isKnown))
        case .compare, .among, .truth:
            let leaf = ValueLeaf(condition)
            if leaf.isKnown { isKnown = true }
            return .leaf(leaf)
        }
    }

    /// The places in a stretch that may meet the condition, of those given, ascending; nil stands for all within
    /// `range`.
    func places(
        of stretch: ValueStretch, _ bytes: Span<UInt8>, within range: Range<Int>, among given: [Int]?
    ) throws -> [Int] {
        let mask = try mask(root, stretch, bytes)
        return given?.filter { mask.mayHold(at: $0) } ?? mask.places(within: range)
    }

    private func mask(_ node: Node, _ stretch: ValueStretch, _ bytes: Span<UInt8>) throws -> ValueMask {
        switch node {
        case .leaf(let leaf): return try leaf.mask(of: stretch, bytes)
        case .not(let inner):
            var mask = try mask(inner, stretch, bytes)
            mask.negate()
            return mask
        case .and(let left, let right):
            var mask = try mask(left, stretch, bytes)
            if mask.holdsNowhere { return mask }
            mask.formIntersection(try self.mask(right, stretch, bytes))
            return mask
        case .or(let left, let right):
            var mask = try mask(left, stretch, bytes)
            mask.formUnion(try self.mask(right, stretch, bytes))
            return mask
        }
    }
}
