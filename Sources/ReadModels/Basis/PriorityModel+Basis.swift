import Events
public import Projection

extension PriorityModel {
    /// How many things wait, and how many of them come first; for the promised time, the tier that it depends on.
    public static func basis(of path: String, _ index: Int, in base: Base) throws -> PopulationBasis? {
        if path == "breach_at" { return ValueModel.basis(ofTierOf: index, in: base) }
        let row = try row(index, of: base)
        guard row["rank"] != .null else { return nil }
        let waiting = base.population(Self.self).items.count
        let ahead = row["rank"]?.integerValue.map { Answer.count($0 - 1) } ?? .null
        return PopulationBasis(
            everybody: [
                ("waiting", Answer.count(waiting)), ("ahead", ahead),
                (
                    "mean_inbound",
                    Answer.number(base.population(InteractionModel.self).meanInbound)
                ),
            ],
            own: [("score", row["score"] ?? .null), ("factors", row["factors"] ?? .null)])
    }
}
