import Events
public import Projection

extension CareModel {
    /// Whose day is near, and whom nothing forbids to turn to.
    public static var queue: QueueDefinition? {
        QueueDefinition(
            "care",
            meaning: "Customers whose birthday or other occasion is near: congratulate them.",
            entries: due)
    }

    private static func due(_ base: Base) throws -> [QueueEntry] {
        let planner = CarePlanner(base)
        return try base.customers.indices.compactMap { index -> QueueEntry? in
            guard let occasion = try planner.next(index), planner.isDue(occasion, index),
                planner.block(index) == nil
            else { return nil }
            var facts = JSONObject([
                ("on", .string(occasion.day.description)), ("occasion", .string(occasion.name)),
            ])
            facts["turns"] = occasion.turns.map { Answer.count($0) } ?? .null
            let personal = planner.personalValue(of: occasion, index).map { [$0] } ?? []
            return QueueEntry(
                index: index, order: [Double(occasion.day.number)], facts: facts,
                reasons: [
                    QueueEntry.reason(
                        occasion.name, text(occasion), count: 1,
                        events: personal.map(\.position))
                ], personal: personal)
        }
    }

    private static func text(_ occasion: CarePlanner.Occasion) -> String {
        let name = occasion.name.replacingUnderscores
        guard let turns = occasion.turns else { return "\(name) on \(occasion.day)" }
        return "\(name) on \(occasion.day): turns \(turns)"
    }
}

extension String {
    /// A code as words.
    fileprivate var replacingUnderscores: String {
        String(map { $0 == "_" ? " " : $0 })
    }
}
