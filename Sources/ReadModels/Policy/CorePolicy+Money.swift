import Events

/// The parameters of the views about money: profit, referral, positions, credit, acquisition, territory.
extension CorePolicy {
    static let money: [CoreParameter] =
        profit + loyalty + referral + concentration + positions + credit + others

    private static let profit: [CoreParameter] = [
        CoreParameter(
            "profit.contact_costs", .object(JSONObject()), "reporting currency", .numbersByName(0...1e9),
            "what a contact costs, by channel, such as {\"phone\": 4.5}; a channel that is not there costs "
                + "nothing",
            source: "none is guessed: 14"),
        CoreParameter(
            "profit.complaint_cost", 0, "reporting currency", .number(0...1e9), "what a complaint costs",
            source: "none is guessed: 14"),
        CoreParameter(
            "profit.return_cost", 0, "reporting currency", .number(0...1e9), "what a return costs",
            source: "none is guessed: 14"),
    ]

    private static let referral: [CoreParameter] = [
        CoreParameter(
            "referral.gamma", 0.5, "", .number(0...1),
            "what a customer brought by somebody who was brought counts, level by level", source: "choice: 15"
        )
    ]

    private static let loyalty: [CoreParameter] = [
        CoreParameter(
            "loyalty.thresholds", [], "points", .ascending(0...1e15),
            "where each membership level of qualifying points begins, such as [500, 2000]; none without",
            source: "12, 4.3"),
        CoreParameter(
            "loyalty.level_names", [], "", .texts,
            "what the levels are called, from the one below all thresholds on; level_0 and so on without",
            source: "choice: 12"),
        CoreParameter(
            "loyalty.qualifying_months", 12, "months", .whole(1...120),
            "the qualification year: trailing months whose earned points count", source: "12"),
        CoreParameter(
            "loyalty.hysteresis", 0.1, "share", .number(0...0.99),
            "how far below its threshold the points fall before it counts against the level",
            source: "choice: 4.3"),
        CoreParameter(
            "loyalty.strikes", 2, "month ends", .whole(1...24),
            "at so many such month ends in a row the level falls", source: "choice: 4.3"),
    ]

    private static let concentration: [CoreParameter] = [
        CoreParameter(
            "concentration.portfolio_months", 24, "months", .whole(2...240),
            "how the margins of tiers vary is measured over so many months, and only where there are as many",
            source: "16")
    ]

    /// The positions, as the policy and answers spell them.
    static let positionNames = CustomerPosition.allCases.map(\.rawValue)

    private static let positions: [CoreParameter] =
        [
            CoreParameter(
                "positions.high_months", 24, "month ends", .whole(0...120),
                "of high value is who is of tier A now or was at one of so many last month ends", source: "24"
            ),
            CoreParameter(
                "positions.growth", 1.5, "", .number(1...100),
                "potential is who spends so many times what was spent in the 180 days before", source: "24"),
            CoreParameter(
                "positions.drift_months", 1, "month ends", .whole(1...120),
                "drift compares with the position at the last month end before today, or one so many months back",
                source: "choice: 24"),
        ]
        + positionNames.flatMap { position in
            [target(position, "contacts"), target(position, "cost")]
        } + [
            CoreParameter(
                "positions.band", 0.05, "share", .number(0...1),
                "so far from its target a share may be before rebalancing is suggested", source: "25"),
            limit("largest_customer", 0.1, "the largest customer"),
            limit("top_five", 0.4, "the five largest customers"),
            limit("single", 0.5, "any one region, channel, category, product, tier or segment"),
            CoreParameter(
                "positions.stop_loss", 0, "reporting currency", .number(-1e12...1e12),
                "a margin of twelve months below this at two month ends running suggests basic service",
                source: "25"),
        ]

    private static func target(_ position: String, _ what: String) -> CoreParameter {
        CoreParameter(
            "positions.targets.\(position).\(what)", nil, "share", .numberOrNull(0...1),
            "the share of all \(what == "cost" ? "cost to serve" : what) meant for \(position) customers; null for none",
            source: "one's own: 25")
    }

    private static func limit(_ name: String, _ value: Double, _ whose: String) -> CoreParameter {
        CoreParameter(
            "positions.limits.\(name)", .number(value), "share", .number(0...1),
            "more than this share of revenue from \(whose) is pointed out", source: "25")
    }

    private static let credit: [CoreParameter] = [
        CoreParameter(
            "credit.window_days", 365, "days", .whole(1...3_650), "trailing days that grades look at",
            source: "24"),
        CoreParameter(
            "credit.b_days", 30, "days", .whole(0...3_650), "grade B: overdue for at most so long",
            source: "24"),
        CoreParameter(
            "credit.c_days", 90, "days", .whole(0...3_650), "grade C: overdue for at most so long",
            source: "24"),
    ]

    private static let others: [CoreParameter] = [
        CoreParameter(
            "year_on_year.halved", 0.5, "", .number(0...1), "halved: at most this part of the year before",
            source: "25"),
        CoreParameter(
            "year_on_year.grown", 1.5, "", .number(1...1_000),
            "grown: at least so many times the year before", source: "25"),
        CoreParameter(
            "acquisition.window_days", 90, "days", .whole(1...3_650),
            "a lead is converted by a first purchase within so many days", source: "25"),
        CoreParameter(
            "acquisition.contact_days", 7, "days", .whole(0...365),
            "an inbound contact is followed by a purchase within so many days", source: "25"),
        CoreParameter(
            "territory.window_days", 365, "days", .whole(1...3_650),
            "trailing days that shipments are looked at in", source: "25"),
    ]
}
