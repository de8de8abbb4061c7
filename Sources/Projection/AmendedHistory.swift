/// Turns the facts of one customer, as the lane holds them, into those a question is about.
public struct AmendedHistory: Sendable {
    private let withdrawn: Set<UInt64>
    private let replaced: [UInt64: [Fact]]

    /// Histories under `standing`, with the facts that `FactExtractor.extractCorrection` made for each corrected
    /// event: by the position of the corrected event, not of the correction.
    public init(_ standing: Standing, replacements: [UInt64: [Fact]]) {
        withdrawn = standing.withdrawn
        replaced = replacements.filter { !standing.withdrawn.contains($0.key) }
    }

    /// Whether no fact is withdrawn or replaced.
    public var isIdentity: Bool { withdrawn.isEmpty && replaced.isEmpty }

    /// Withdraws and replaces, cuts at `clock`, and sorts by (time, position).
    ///
    /// `facts` may be the slices of several merged customers, one after the other, in any order; each position
    /// comes with all of its facts. A correction may move an event across the clock, hence the order of steps.
    public func apply(to facts: inout [Fact], clock: Clock) {
        apply(to: &facts, until: clock.instant)
    }

    /// The same, cut at a time: microseconds since 1970-01-01T00:00:00Z, the last that still counts.
    public func apply(to facts: inout [Fact], until: Int64) {
        if !isIdentity {
            amend(&facts)
        }
        facts.removeAll { $0.time > until }
        sort(&facts)
    }

    private func amend(_ facts: inout [Fact]) {
        var done: Set<UInt64> = []
        var added: [Fact] = []
        facts.removeAll { fact in
            if withdrawn.contains(fact.position) { return true }
            guard let replacement = replaced[fact.position] else { return false }
            if done.insert(fact.position).inserted {
                added.append(contentsOf: replacement)
            }
            return true
        }
        facts.append(contentsOf: added)
    }

    private func sort(_ facts: inout [Fact]) {
        for index in facts.indices.dropFirst() where Fact.precedes(facts[index], facts[index - 1]) {
            facts.sort(by: Fact.precedes)
            return
        }
    }
}
