import Events
public import Projection

extension ValueModel {
    /// Where tiers, grades, stars and scores begin, and what of the customer is compared with that.
    public static func basis(of path: String, _ index: Int, in base: Base) -> PopulationBasis? {
        let measure = base.measures(Self.self)[index]
        let population = base.population(Self.self)
        switch path.split(separator: ".").first {
        case "tier": return basis(ofTierOf: index, in: base)
        case "grade":
            return basis(
                index, base,
                cuts: [("a_from", population.value.gradeA), ("c_up_to", population.value.gradeC)])
        case "stars":
            let cuts = population.value.stars.cuts.enumerated().map { ("above_\($0 + 2)", Int64?($1)) }
            return basis(index, base, cuts: cuts)
        case "rfm":
            let currency = base.context.currency
            return PopulationBasis(
                everybody: [
                    ("buyers", Answer.count(population.buyers)),
                    ("r_after", .array(population.recency.cuts.map { Answer.day(Int32(clamping: $0)) })),
                    ("f_above", .array(population.frequency.cuts.map { Answer.count($0) })),
                    ("m_above", .array(population.money.cuts.map { Answer.money($0, currency) })),
                ],
                own: [
                    (
                        "last_purchase",
                        Answer.day(measure.state.purchaseDays > 0 ? measure.state.lastDay : nil)
                    ),
                    ("purchase_days", Answer.count(measure.windowDays)),
                    ("net_revenue", Answer.money(measure.windowNet, currency)),
                ])
        case "clv":
            let models = base.run(of: Self.self).projector.models
            guard let buying = models.buying else { return nil }
            return PopulationBasis(
                everybody: [("model", buying.answer)],
                own: [
                    ("purchase_days", Answer.count(measure.state.purchaseDays)),
                    ("net_revenue", Answer.money(measure.state.net, base.context.currency)),
                ])
        default: return nil
        }
    }

    /// The tier of a customer, for the rules of other views that depend on it.
    static func basis(ofTierOf index: Int, in base: Base) -> PopulationBasis {
        let cuts = base.population(Self.self).value
        return basis(index, base, cuts: [("a_from", cuts.tierA), ("b_from", cuts.tierB)])
    }

    private static func basis(_ index: Int, _ base: Base, cuts: [(String, Int64?)]) -> PopulationBasis {
        let population = base.population(Self.self)
        let currency = base.context.currency
        let value = base.measures(Self.self)[index].ranked(by: population.basis)
        return PopulationBasis(
            everybody: [
                ("with_value", Answer.count(population.value.count)),
                ("total", Answer.money(population.value.total, currency)),
            ] + cuts.map { ($0, $1.map { Answer.money($0, currency) } ?? .null) },
            own: [("value", Answer.money(value, currency))])
    }
}
