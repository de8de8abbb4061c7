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

    /// So many of a customer's last moments are looked at one by one. Before them, stretches that begin and end with
    /// the value are passed over, each twice as long as the one after it.
    private static let depth = 64

    /// The positions, ascending; none where no event of the customer's decided it.
    func events(for change: ChangeTracker.Change) throws -> [UInt64] {
        let customer = change.place.customer
        guard let group = try lane.members(of: customer, known: point.actsKnown) else { return [] }
        let facts = try lane.facts(of: group.members, at: point)
        let times = Set(facts.map(\.time)).sorted()
        let decided = try Self.lastMoment(of: times.count) { count in
            var earlier = point
            earlier.until = times[count] - 1
            let fold = try lane.customer(customer, at: earlier, catalogue: models, among: base)
            let value = try fold.flatMap { fold in
                fold.counts ? try FieldWalk.value(of: change.place.field, 0, fold.base, models) : nil
            }
            return (value ?? .null) == change.to
        }
        guard let decided else { return [] }
        return Set(facts.filter { $0.time == times[decided] }.map(\.position)).sorted()
    }

    /// The moment, of so many, without which and what came after it something would not hold; nil where it holds even
    /// without the first. It holds with all of them.
    static func lastMoment(of count: Int, holds: (_ before: Int) throws -> Bool) rethrows -> Int? {
        var (high, step) = (count, 1)
        while high > 0 {
            var low = max(0, high - step)
            if try holds(low) {
                high = low
                if count - high >= depth { step *= 2 }
                continue
            }
            while high - low > 1 {
                let middle = low + (high - low) / 2
                if try holds(middle) { high = middle } else { low = middle }
            }
            return low
        }
        return nil
    }
}
