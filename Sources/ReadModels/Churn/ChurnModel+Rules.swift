public import Projection

extension ChurnModel {
    private static let base = ["churn.horizon_days", "churn.reference_months", "churn.prior_weight"]

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "horizon_days", "The risk is that of no purchase within so many days.", source: "DOMAIN.md 7",
            parameters: ["churn.horizon_days"]),
        FieldRule(
            "risk",
            "How likely it is that the customer buys nothing within the horizon: the base risk, raised by open or recent "
                + "complaints, low satisfaction and a bad recommendation, and lowered by a good one. Who ended the "
                + "relationship has a risk of one; who withdrew the consent to be scored has none.",
            source: "DOMAIN.md 7",
            parameters: base + [
                "churn.betas", "churn.adjustment_limit", "churn.recent_days", "churn.consent_purposes",
            ]),
        FieldRule(
            "base_risk",
            "How likely it is, by the fitted model of buying, that the customer buys nothing within the horizon: from how "
                + "often and how lately there were purchases. While no model is fitted: the share of customers who "
                + "bought nothing within the horizon, at past month ends, among those who stood as this customer stands "
                + "now, in the same stage, and idle for as many of their usual intervals. Unknown for who has never "
                + "bought.",
            source: "BG/NBD (Fader, Hardie & Lee 2005): DOMAIN.md 5.2, 5.3; return rates: DOMAIN.md 7",
            parameters: base + ["models.mbg_lead"]),
        FieldRule(
            "band", "The risk in words: low, medium from one bound on, high from another.",
            source: "as Klaviyo's bands: DOMAIN.md 7", parameters: ["churn.medium_from", "churn.high_from"]),
        FieldRule(
            "p_alive", "How likely it is that the customer still buys at all, by the fitted model.",
            source: "MBG/NBD (Batislam, Denizel & Filiztekin 2007): DOMAIN.md 5.3"),
        FieldRule(
            "overdue_ratio",
            "The days since the last purchase, divided by the usual interval between this customer's purchases.",
            source: "DOMAIN.md 6, 7", parameters: ["lifecycle.mu0_days", "lifecycle.k"]),
        FieldRule(
            "model", "What the base risk is computed with: a fitted model, or the return rates of the past.",
            source: "DOMAIN.md 5.5, 7"),
        FieldRule(
            "reasons",
            "What speaks for the risk, in words, with how many events say so: an ended relationship, an overdue "
                + "purchase, complaints, low satisfaction, a bad recommendation, fewer contacts than before.",
            source: "DOMAIN.md 7", parameters: ["churn.recent_days"]),
    ]
}
