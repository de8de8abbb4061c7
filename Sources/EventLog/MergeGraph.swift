/// Which customer was merged into which, so that no merge closes a circle and no split names what is not there.
///
/// The same rules as the folds': a later merge of an id moves its edge, a split cancels its edge and no other,
/// and a void takes back what it names, another void included. A merge that would close a circle does nothing.
struct MergeGraph {
    private enum Act {
        case merge(ended: String, into: String)
        case split(freed: String, from: String)
        case void(target: UInt64)
    }

    private var acts: [(position: UInt64, act: Act)] = []
    private var positions: Set<UInt64> = []
    /// Nil when a void may have changed it.
    private var edges: [String: String]? = [:]

    /// The number of acts, for `truncate`.
    var count: Int { acts.count }

    /// Why a merge is refused, or nil. `into` and `ended` differ: the schema sees to that.
    mutating func objection(merging ended: String, into: String) -> String? {
        let edges = standingEdges()
        var customer = into
        while customer != ended {
            guard let next = edges[customer] else { return nil }
            customer = next
        }
        return ended == into
            ? "the same customer"
            : "\(into), which was itself merged into \(ended): that would close a circle"
    }

    /// Why a split is refused, or nil.
    mutating func objection(splitting freed: String, from: String) -> String? {
        switch standingEdges()[freed] {
        case from: nil
        case .some(let other): "that it is merged into \(other)"
        case nil: "that it is merged into no customer"
        }
    }

    mutating func merge(_ ended: String, into: String, at position: UInt64) {
        add(.merge(ended: ended, into: into), position)
        if edges != nil { Self.apply(.merge(ended: ended, into: into), to: &edges!) }
    }

    mutating func split(_ freed: String, from: String, at position: UInt64) {
        add(.split(freed: freed, from: from), position)
        if edges != nil { Self.apply(.split(freed: freed, from: from), to: &edges!) }
    }

    mutating func void(_ target: UInt64, at position: UInt64) {
        guard positions.contains(target) else { return }
        add(.void(target: target), position)
        edges = nil
    }

    /// Forgets the newest acts, down to a number of them.
    mutating func truncate(to count: Int) {
        guard count < acts.count else { return }
        for (position, _) in acts[count...] { positions.remove(position) }
        acts.removeLast(acts.count - count)
        edges = nil
    }

    private mutating func add(_ act: Act, _ position: UInt64) {
        acts.append((position, act))
        positions.insert(position)
    }

    private mutating func standingEdges() -> [String: String] {
        if let edges { return edges }
        // From the last act to the first: whatever names an act comes after it.
        var withdrawn: Set<UInt64> = []
        for (position, act) in acts.reversed() {
            if case .void(let target) = act, !withdrawn.contains(position) { withdrawn.insert(target) }
        }
        var standing: [String: String] = [:]
        for (position, act) in acts where !withdrawn.contains(position) {
            Self.apply(act, to: &standing)
        }
        edges = standing
        return standing
    }

    private static func apply(_ act: Act, to edges: inout [String: String]) {
        switch act {
        case .merge(let ended, let into):
            var customer = into
            while customer != ended {
                guard let next = edges[customer] else {
                    edges[ended] = into
                    return
                }
                customer = next
            }
        case .split(let freed, let from):
            if edges[freed] == from { edges[freed] = nil }
        case .void:
            break
        }
    }
}
