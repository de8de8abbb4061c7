import Events
import Projection
import Views

/// Finds the event with which a customer took on a value under some rules: without it and what came after it,
/// the value would be another, while the clock and everybody else stay as they are.
struct DecidingEvents {
    let lane: Views
    let point: FoldPoint
    let models: [RegisteredReadModel]
    let base: Base

    /// So many of a customer's last moments are looked at.
    private static let depth = 64

    /// The positions, ascending; none where no event of the customer's decided it.
    func events(for change: ChangeTracker.Change) throws -> [UInt64] {
        let customer = change.place.customer
        guard let group = try lane.members(of: customer, known: point.actsKnown) else { return [] }
        let facts = try lane.facts(of: group.members, at: point)
        let times = Set(facts.map(\.time)).sorted(by: >)
        for time in times.prefix(Self.depth) {
            var earlier = point
            earlier.until = time - 1
            let fold = try lane.customer(customer, at: earlier, catalogue: models, among: base)
            let value = try fold.flatMap { fold in
                fold.counts ? try FieldWalk.value(of: change.place.field, 0, fold.base, models) : nil
            }
            if (value ?? .null) != change.to {
                return Set(facts.filter { $0.time == time }.map(\.position)).sorted()
            }
        }
        return []
    }
}
