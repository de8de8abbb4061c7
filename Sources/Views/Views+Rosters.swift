import Events
import LMDB
public import Projection
import Synchronization

/// What is to be said of each customer of a base besides its views. Index i means the same customer as in
/// the base.
public struct Roster: Sendable {
    /// How many events that have facts have exactly this customer as their subject, whenever they happened.
    public let eventCounts: [Int]
    /// The ids that go on as this customer, itself not among them, sorted.
    public let aliases: [[String]]
}

extension Views {
    /// The roster of a base at a point.
    public func roster(of base: Base, at point: FoldPoint) throws -> Roster {
        try withSnapshot(covering: max(point.factsKnown, point.actsKnown)) { snapshot in
            var counts = [Int](repeating: 0, count: Int(snapshot.customerCount))
            for segment in try snapshot.segments() where segment.descriptor.start < point.factsKnown {
                for chunk in segment.chunks {
                    for index in 0..<chunk.facts.count
                    where chunk.facts.position(index) < point.factsKnown && !chunk.facts.isPart(index) {
                        let customer = Int(chunk.facts.customer(index))
                        guard customer < counts.count else {
                            throw LaneDamage(what: "a fact of customer \(customer), who has no number")
                        }
                        counts[customer] += 1
                    }
                }
            }
            let identity = try scope(point, snapshot).identity
            var aliases = [[String]](repeating: [], count: base.count)
            for root in identity.mergedRoots {
                let index = base.customers.partitionPoint { $0 < root }
                guard index < base.count, base.customers[index] == root else { continue }
                aliases[index] = try snapshot.names(of: identity.members(of: root).filter { $0 != root })
                    .sorted()
            }
            return Roster(eventCounts: base.customers.map { counts[Int($0)] }, aliases: aliases)
        }
    }

    /// Below which position it is known that no other subject's stable hash begins with the same 48 bits as this
    /// customer's, which are those that the log's index keeps; 0 where another one's does.
    public func soleHolder(of id: String) throws -> UInt64 {
        let hash = StableHash.hash(id.utf8.span)
        // The index keeps the least hashes together with those that are 0.
        guard hash >> 16 > 1, let store = memory.withLock({ $0.store }) else { return 0 }
        return try store.environment.read { transaction in
            guard let state = try store.state(transaction) else { return 0 }
            return try store.holders(ofPrefix: hash, transaction) == 1 ? state.covered : 0
        }
    }

    /// The id of a customer by its number; nil for numbers that nobody has.
    public func name(of customer: UInt32, known: UInt64) throws -> String? {
        try withSnapshot(covering: known) { snapshot in
            customer < snapshot.customerCount ? try snapshot.names(of: [customer]).first : nil
        }
    }

    /// By the position of a corrected event, that of the correction whose data it has when events 0 ..< `known`
    /// are known.
    public func corrections(known: UInt64) throws -> [UInt64: UInt64] {
        try withSnapshot(covering: known) { snapshot in
            Amendments(records: try snapshot.acts(), references: []).standing(known: known).corrections
        }
    }

    /// Which acts stand that name an event: whether it is withdrawn, and by which correction its data are replaced.
    public func standing(on position: UInt64, known: UInt64) throws -> EventStanding {
        try withSnapshot(covering: known) { snapshot in
            let records = try snapshot.acts().filter { $0.position < known }
            let standing = Amendments(records: records, references: try snapshot.references())
                .standing(known: known)
            let void = records.last {
                $0.kind == .void && $0.target == position && !standing.withdrawn.contains($0.position)
            }
            return EventStanding(
                voidedBy: standing.withdrawn.contains(position) ? void?.position : nil,
                correctedBy: standing.corrections[position]
                    ?? records.last {
                        $0.kind == .correction && $0.target == position
                            && !standing.withdrawn.contains($0.position)
                    }?.position)
        }
    }
}

/// What the acts that stand do to one event.
public struct EventStanding: Sendable, Equatable {
    /// The position of the void that withdraws it; nil where none stands.
    public let voidedBy: UInt64?
    /// The position of the correction that replaces its data; nil where none stands.
    public let correctedBy: UInt64?
}
