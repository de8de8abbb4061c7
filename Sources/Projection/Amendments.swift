public import Events

/// The acts of a log, ready to say what stood at any position of it.
public struct Amendments: Sendable {
    /// The acts, ascending by position.
    public let acts: [Act]
    private let targets: [UInt64?]

    /// Amendments of a log. `position` finds the event that a void or a correction names; an act whose target is
    /// not in the log does nothing.
    public init(acts: [Act], position: (EventKey) throws -> UInt64?) rethrows {
        self.acts = acts.sorted { $0.position < $1.position }
        targets = try self.acts.map { act in
            switch act.content {
            case .void(let target), .correction(let target): try position(target)
            case .merge, .split, .reference: nil
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
        var others: [Act] = []
        let references = Set(acts.lazy.filter(\.isReference).map(\.position))
        for (act, target) in zip(acts, targets).reversed() {
            guard act.position < count, !withdrawn.contains(act.position) else { continue }
            switch act.content {
            case .void:
                if let target, target < act.position, !references.contains(target) {
                    withdrawn.insert(target)
                }
            case .correction:
                if let target, target < act.position, corrections[target] == nil {
                    corrections[target] = act.position
                }
            case .merge, .split, .reference:
                others.append(act)
            }
        }
        others.reverse()
        return Standing(
            count: count,
            withdrawn: withdrawn,
            corrections: corrections.filter { !withdrawn.contains($0.key) },
            identity: Identity(standing: others),
            references: others.filter(\.isReference))
    }
}

extension Act {
    /// Whether the act is reference data: policy, model, rate, calendar or dimension.
    var isReference: Bool {
        if case .reference = content { true } else { false }
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
