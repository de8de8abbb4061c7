/// Which customer goes on for which: the merges that stand, chains followed to their end.
public struct Identity: Sendable, Equatable {
    /// The edges that stand: ended ordinal → the ordinal it was merged into. Never a cycle.
    public private(set) var edges: [UInt32: UInt32] = [:]
    private var roots: [UInt32: UInt32] = [:]
    private var groups: [UInt32: [UInt32]] = [:]

    /// Nobody merged.
    public init() {}

    /// The identity after acts that stand, in order of position; other acts than merges and splits are passed over.
    public init(standing acts: some Sequence<Act>) {
        self.init(
            standing: acts.compactMap { act in
                switch act.content {
                case .merge(let ended, let into):
                    ActRecord(kind: .merge, position: act.position, customer: ended, other: into)
                case .split(let freed, let from):
                    ActRecord(kind: .split, position: act.position, customer: freed, other: from)
                case .void, .correction, .reference:
                    nil
                }
            })
    }

    /// The identity after acts that stand, in order of position; other acts than merges and splits are passed over.
    ///
    /// A merge of an id that had been merged before moves its edge. A merge that would close a cycle does
    /// nothing: the log refuses it, but voids can bring one about. A split cancels its edge and no other.
    public init(standing acts: some Sequence<ActRecord>) {
        for act in acts {
            switch act.kind {
            case .merge:
                if !reaches(from: act.other, to: act.customer) {
                    edges[act.customer] = act.other
                }
            case .split:
                if edges[act.customer] == act.other {
                    edges[act.customer] = nil
                }
            case .void, .correction:
                continue
            }
        }
        for ended in edges.keys {
            let root = end(of: ended)
            roots[ended] = root
            groups[root, default: []].append(ended)
        }
        for (root, ended) in groups {
            groups[root] = ([root] + ended).sorted()
        }
    }

    /// Whether no merge stands.
    public var isEmpty: Bool { edges.isEmpty }

    /// The ordinal that answers for a customer.
    public func root(of customer: UInt32) -> UInt32 {
        roots.isEmpty ? customer : roots[customer] ?? customer
    }

    /// All ordinals that answer as `root`, itself included, ascending.
    public func members(of root: UInt32) -> [UInt32] {
        groups[root] ?? [root]
    }

    /// Whether a customer goes on as another.
    public func isEnded(_ customer: UInt32) -> Bool {
        edges[customer] != nil
    }

    /// The ordinals with others merged into them, ascending.
    public var mergedRoots: [UInt32] { groups.keys.sorted() }

    private func reaches(from start: UInt32, to goal: UInt32) -> Bool {
        var customer = start
        while customer != goal {
            guard let next = edges[customer] else { return false }
            customer = next
        }
        return true
    }

    private func end(of customer: UInt32) -> UInt32 {
        var customer = customer
        while let next = edges[customer] {
            customer = next
        }
        return customer
    }
}
