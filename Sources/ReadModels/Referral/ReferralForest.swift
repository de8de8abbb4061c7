/// Who brought whom: everybody has at most one referrer, and nobody descends from themselves (DOMAIN.md section 15).
struct ReferralForest: Sendable {
    /// A referral as it was recorded, merged customers under the one that goes on.
    struct Edge: Sendable {
        let referrer: UInt32
        let referred: UInt32
        let time: Int64
        let position: UInt64
    }

    /// What a customer is worth to those above.
    struct Worth: Sendable {
        /// The margin of the first 365 days in minor units; nil where it is not known.
        var value: Int64?
        /// Whether there was a purchase that counts.
        var isConverted: Bool
    }

    /// What a customer's referrals come to.
    struct Tree: Sendable {
        var referrer: UInt32?
        /// Where the referral stands that made them so.
        var referral: UInt64?
        var referred = 0
        var converted = 0
        /// Everybody below.
        var descendants = 0
        /// The longest line of referrals below.
        var depth = 0
        /// The values of those directly below; nil where one is not known.
        var direct: Int64? = 0
        /// The values of everybody below, each level counting γ of the one above; nil where one is not known.
        var total: Double? = 0
    }

    private var referrers: [UInt32: UInt32] = [:]
    private var referrals: [UInt32: UInt64] = [:]
    private var children: [UInt32: [UInt32]] = [:]

    /// The forest of some referrals: of several for one customer the first by (time, position) holds; one that would
    /// close a circle, or names the referrer, is dropped.
    init(_ edges: [Edge]) {
        for edge in edges.sorted(by: { ($0.time, $0.position) < ($1.time, $1.position) })
        where referrers[edge.referred] == nil && !isAbove(edge.referred, edge.referrer) {
            referrers[edge.referred] = edge.referrer
            referrals[edge.referred] = edge.position
            children[edge.referrer, default: []].append(edge.referred)
        }
    }

    /// Whether `upper` is `lower` or above it.
    private func isAbove(_ upper: UInt32, _ lower: UInt32) -> Bool {
        var customer = lower
        while customer != upper {
            guard let next = referrers[customer] else { return false }
            customer = next
        }
        return true
    }

    /// What everybody's referrals come to, by customer.
    func trees(gamma: Double, worth: (UInt32) -> Worth) -> [UInt32: Tree] {
        var order = children.keys.filter { referrers[$0] == nil }.sorted()
        var next = 0
        while next < order.count {
            order += (children[order[next]] ?? []).sorted()
            next += 1
        }
        var trees: [UInt32: Tree] = [:]
        for customer in order.reversed() {
            var tree = Tree(referrer: referrers[customer], referral: referrals[customer])
            for child in (children[customer] ?? []).sorted() {
                let below = trees[child] ?? Tree()
                let worth = worth(child)
                tree.referred += 1
                tree.converted += worth.isConverted ? 1 : 0
                tree.descendants += 1 + below.descendants
                tree.depth = max(tree.depth, below.depth + 1)
                tree.direct = sum(tree.direct, worth.value)
                if let value = worth.value, let rest = below.total, let total = tree.total {
                    tree.total = total + Double(value) + gamma * rest
                } else {
                    tree.total = nil
                }
            }
            trees[customer] = tree
        }
        return trees
    }

    private func sum(_ left: Int64?, _ right: Int64?) -> Int64? {
        guard let left, let right else { return nil }
        return added(left, right)
    }
}
