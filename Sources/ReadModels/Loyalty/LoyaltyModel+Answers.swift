public import Events
public import Projection

extension LoyaltyModel {
    /// Sums over all customers. Points.
    public struct Population: Codable, Sendable, Equatable {
        /// Customers who ever had points or a membership.
        public var members = 0
        /// Customers in debt.
        public var inDebt = 0
    }

    /// What rows need to know of everybody: nothing; the report its counts.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        run.measures.reduce(into: Population()) { sums, measure in
            if measure.state.lots > 0 || measure.membership != 0 { sums.members += 1 }
            if measure.state.debt > 0 { sums.inDebt += 1 }
        }
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let measure = base.run(of: Self.self).measures[index]
        return [
            "balance": Answer.count(measure.balance),
            "available": Answer.count(measure.available),
            "expired": Answer.count(measure.expired),
            "debt": Answer.count(measure.state.debt),
            "next_expiry": measure.nextExpiry == .max
                ? nil
                : [
                    "date": Answer.day(measure.nextExpiry),
                    "points": Answer.count(measure.nextPoints),
                ],
            "membership": base.context.text(of: measure.membership).map { .string($0) } ?? nil,
            "level": measure.level < 0
                ? nil
                : [
                    "name": .string(base.run(of: Self.self).projector.levels.name(of: Int(measure.level))),
                    "since": Answer.day(measure.levelSince),
                ],
        ]
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let population = base.population(Self.self)
        var sums = Measure()
        var rejected = 0
        var memberships: [UInt32: Int] = [:]
        let rule = base.run(of: Self.self).projector.levels
        var levels = Array(repeating: 0, count: rule.thresholds.isEmpty ? 0 : rule.thresholds.count + 1)
        for measure in base.measures(Self.self) {
            sums.state.earned = added(sums.state.earned, measure.state.earned)
            sums.state.redeemed = added(sums.state.redeemed, measure.state.redeemed)
            sums.state.cancelled = added(sums.state.cancelled, measure.state.cancelled)
            sums.state.clawedBack = added(sums.state.clawedBack, measure.state.clawedBack)
            sums.state.debt = added(sums.state.debt, measure.state.debt)
            sums.usable = added(sums.usable, measure.usable)
            sums.expired = added(sums.expired, measure.expired)
            rejected += Int(measure.state.rejected)
            if measure.level >= 0 { levels[Int(measure.level)] += 1 }
            if measure.membership != 0 { memberships[measure.membership, default: 0] += 1 }
        }
        var named = JSONObject()
        let byName = memberships.map { (base.context.text(of: $0.key) ?? "", $0.value) }.sorted {
            $0.0 < $1.0
        }
        for (name, count) in byName { named[name] = Answer.count(count) }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(population.members)),
            "members": Answer.count(population.members),
            "earned": Answer.count(sums.state.earned),
            "redeemed": Answer.count(sums.state.redeemed),
            "cancelled": Answer.count(sums.state.cancelled),
            "clawed_back": Answer.count(sums.state.clawedBack),
            "expired": Answer.count(sums.expired),
            "balance": Answer.count(sums.balance),
            "debt": Answer.count(sums.state.debt),
            "in_debt": Answer.count(population.inDebt),
            "rejected_redemptions": Answer.count(rejected),
            "redeemed_share": Answer.share(sums.state.redeemed - sums.state.cancelled, of: sums.state.earned),
            "memberships": .object(named),
            "levels": .object(
                JSONObject(levels.enumerated().map { (rule.name(of: $0.offset), Answer.count($0.element)) })),
        ]
    }

    /// Who is in which membership.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by membership", path: "memberships"),
            ChartSpec(
                .bars, "What became of points", path: "",
                only: ["earned", "redeemed", "clawed_back", "expired", "balance", "debt"]),
            ChartSpec(.line, "Points that may be redeemed", path: "balance"),
            ChartSpec(.bars, "Customers by level of qualifying points", path: "levels"),
        ]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "balance",
            "Points earned, less those spent, taken back and expired; what was taken back and not there any "
                + "more is a debt.",
            source: "DOMAIN.md 12"),
        FieldRule(
            "available",
            "What can be redeemed today: the points that have not expired, none while there is a debt.",
            source: "choice: DOMAIN.md 12"),
        FieldRule(
            "expired",
            "Points whose last day has passed. A lot can be used through its day of expiry, on the local "
                + "calendar.",
            source: "DOMAIN.md 12"),
        FieldRule(
            "debt",
            "Points of a refunded purchase are taken from its own lot, then from the lots that expire "
                + "first; the rest is a debt, which the next points repay.",
            source: "choice: DOMAIN.md 12"),
        FieldRule(
            "next_expiry", "The next day on which points can be used for the last time, and how many.",
            source: "as Voucherify shows it: DOMAIN.md 12"),
        FieldRule("membership", "The membership that was recorded last.", source: "DOMAIN.md 12"),
        FieldRule(
            "level",
            "The level that the points of the qualification year reach at a month end: those that purchases earned, "
                + "less those that refunds took back. It is lost only after the points were clearly below it at several "
                + "month ends in a row.",
            source: "choice: DOMAIN.md 12, 4.3",
            parameters: [
                "loyalty.thresholds", "loyalty.level_names", "loyalty.qualifying_months",
                "loyalty.hysteresis",
                "loyalty.strikes",
            ]),
    ]
}
