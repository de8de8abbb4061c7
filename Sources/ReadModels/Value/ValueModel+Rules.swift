public import Projection

extension ValueModel {
    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "tier",
            "All customers are sorted by what they spent, the most first. Those who together hold the first part of "
                + "all revenue are tier A, the next part tier B, the rest tier C; who has spent nothing has no tier. "
                + "Equal spending gives the same tier.",
            source: "Pareto's rule as share of value: DOMAIN.md 4.1",
            parameters: ["tiers.basis", "tiers.window_days", "tiers.a_share", "tiers.b_share"]),
        FieldRule(
            "level",
            "A level is reached at the first month end at which the spending of the last months reaches its threshold, "
                + "and lost only after it was clearly below at several month ends in a row.",
            source: "thresholds with hysteresis: DOMAIN.md 4.2, 4.3",
            parameters: [
                "tiers.thresholds", "tiers.level_names", "tiers.level_months", "tiers.hysteresis",
                "tiers.strikes",
            ]),
        FieldRule(
            "grade",
            "Among customers with revenue, the best part has grade A, the least part grade C, all others grade B.",
            source: "DOMAIN.md 4.4", parameters: ["grades.top", "grades.bottom", "tiers.window_days"]),
        FieldRule(
            "stars",
            "Customers with revenue are ranked by it and divided into fifths: five stars for the best fifth, one for "
                + "the least. Equal revenue gives equal stars.",
            source: "quintiles that keep ties together: DOMAIN.md 3, 4.4", parameters: ["tiers.window_days"]),
        FieldRule(
            "gross_revenue",
            "All completed purchases added up, in the ledger's currency, refunds not taken off.",
            source: "DOMAIN.md 1.3"),
        FieldRule("refunded", "All that was given back for returns, added up.", source: "DOMAIN.md 1.3, 1.4"),
        FieldRule(
            "net_revenue", "All completed purchases less all that was given back.",
            source: "DOMAIN.md 1.3, 1.4"),
        FieldRule(
            "unmatched_returns",
            "How many returns name a purchase that is not known here, or none. They reduce the revenue, and no "
                + "purchase.",
            source: "DOMAIN.md 1.4"),
        FieldRule(
            "unconverted",
            "How many purchases and returns are in a currency for which no exchange rate was known on their day. They "
                + "are in no sum.",
            source: "DOMAIN.md 1.3", parameters: ["currency.carry_days"]),
        FieldRule(
            "margin",
            "Net revenue less the cost of goods, discounts, shipping and the cost to serve, where every purchase has a "
                + "cost.",
            source: "DOMAIN.md 4, 14"),
        FieldRule(
            "purchases", "How many purchases there were. One that was given back in full does not count.",
            source: "DOMAIN.md 1.4"),
        FieldRule(
            "purchase_days", "On how many different days there was a purchase that counts.",
            source: "DOMAIN.md 1.4"),
        FieldRule(
            "average_order", "Net revenue divided by the number of purchases that count.",
            source: "DOMAIN.md 1.4"),
        FieldRule("first_purchase", "The day of the first purchase that counts.", source: "DOMAIN.md 1.4"),
        FieldRule("last_purchase", "The day of the last purchase that counts.", source: "DOMAIN.md 1.4"),
        FieldRule("recency_days", "How many days ago the last purchase was.", source: "DOMAIN.md 3"),
        FieldRule(
            "rfm",
            "Recency, frequency and money are each compared with those of all buyers and divided into fifths, five the "
                + "best. The group follows from the three scores.",
            source: "RFM (Hughes) with ties kept together: DOMAIN.md 3", parameters: ["rfm.window_days"]),
        FieldRule(
            "rfm.r",
            "How recent the last purchase is, as a fifth among all buyers: five for the most recent.",
            source: "DOMAIN.md 3"),
        FieldRule(
            "rfm.f", "On how many days there were purchases, as a fifth among all buyers: five for the most.",
            source: "DOMAIN.md 3", parameters: ["rfm.window_days"]),
        FieldRule(
            "rfm.m", "How much was spent, as a fifth among all buyers: five for the most.",
            source: "DOMAIN.md 3",
            parameters: ["rfm.window_days"]),
        FieldRule(
            "clv",
            "What the customer is expected to bring in over the coming weeks: the purchases expected from how often and "
                + "how lately there were some, times what a purchase is expected to be worth, later ones worth less "
                + "today; and with what the customer has brought in so far. Unknown while no models are fitted.",
            source:
                "BG/NBD (Fader, Hardie & Lee 2005), Gamma-Gamma (Fader & Hardie 2013): DOMAIN.md 5.4, 5.5",
            parameters: ["clv.horizon_weeks", "clv.annual_discount", "clv.margin", "models.mbg_lead"]),
    ]
}
