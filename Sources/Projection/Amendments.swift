public import Events

/// The acts of a log, ready to say what stood at any position of it.
public struct Amendments: Sendable {
    /// Voids, corrections, merges and splits, ascending by position. Those whose target is not in the log are
    /// not among them: they do nothing.
    public let records: [ActRecord]
    /// The reference data, ascending by position.
    public let references: [Act]

    /// Amendments of a log whose acts were resolved before.
    public init(records: [ActRecord], references: [Act]) {
        self.records = records
        self.references = references
    }

    /// Amendments of a log. `position` finds the event that a void or a correction names.
    public init(acts: [Act], position: (EventKey) throws -> UInt64?) rethrows {
        let acts = acts.sorted { $0.position < $1.position }
        references = acts.filter(\.isReference)
        records = try acts.compactMap { act in
            switch act.content {
            case .void(let key):
                try position(key).map { ActRecord(kind: .void, position: act.position, target: $0) }
            case .correction(let key):
                try position(key).map { ActRecord(kind: .correction, position: act.position, target: $0) }
            case .merge(let ended, let into):
                ActRecord(kind: .merge, position: act.position, customer: ended, other: into)
            case .split(let freed, let from):
                ActRecord(kind: .split, position: act.position, customer: freed, other: from)
            case .reference:
                nil
            }
        }
    }

    /// What stands when events 0 ..< `count` are known.
    ///
    /// From the last act to the first: an act is withdrawn exactly if a void that itself stands names it, and
    /// whatever names an act comes after it. So one pass decides all, chains of voids included. Reference data
    /// cannot be withdrawn.
    public func standing(known count: UInt64) -> Standing {
        var withdrawn: Set<UInt64> = []
        var corrections: [UInt64: UInt64] = [:]
        var identities: [ActRecord] = []
        let own = Set(references.lazy.filter(\.isOwn).map(\.position))
        for act in records.reversed() {
            guard act.position < count, !withdrawn.contains(act.position) else { continue }
            switch act.kind {
            case .void:
                if act.target < act.position, !own.contains(act.target) {
                    withdrawn.insert(act.target)
                }
            case .correction:
                if act.target < act.position, corrections[act.target] == nil {
                    corrections[act.target] = act.position
                }
            case .merge, .split:
                identities.append(act)
            }
        }
        return Standing(
            count: count,
            withdrawn: withdrawn,
            corrections: corrections.filter { !withdrawn.contains($0.key) },
            identity: Identity(standing: identities.reversed()),
            references: references.filter { $0.position < count && !withdrawn.contains($0.position) })
    }
}

extension Act {
    /// Whether the act is reference data: policy, model, rate, calendar or dimension.
    var isReference: Bool {
        if case .reference = content { true } else { false }
    }
}

extension Act {
    /// Whether the act is an event of the ledger itself, which nothing withdraws; campaigns are not.
    var isOwn: Bool {
        if case .reference(let type, _) = content { !type.hasPrefix("campaign.") } else { false }
    }
}

/// What a prefix of the log amounts to: which events are withdrawn or corrected, and who is whom.
public struct Standing: Sendable, Equatable {
    /// Events 0 ..< count are known.
    public let count: UInt64
    /// The positions of the events that count for nothing.
    public let withdrawn: Set<UInt64>
    /// The position of a corrected event → that of the correction whose data it has.
    public let corrections: [UInt64: UInt64]
    /// Who goes on for whom.
    public let identity: Identity
    /// The reference data, ascending by position.
    public let references: [Act]

    /// Whether folds can take the facts as they were extracted, customer by customer.
    public var changesNothing: Bool {
        withdrawn.isEmpty && corrections.isEmpty && identity.isEmpty
    }
}
