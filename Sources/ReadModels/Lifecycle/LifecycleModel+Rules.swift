public import Projection

extension LifecycleModel {
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.persistency

    private static let interval = ["lifecycle.mu0_days", "lifecycle.k"]
    private static let bounds = [
        "lifecycle.theta_dormant", "lifecycle.theta_churn", "lifecycle.floor_dormant_days",
        "lifecycle.floor_churn_days",
    ]

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "stage",
            "Without a purchase a customer is a prospect. With purchases the stage depends on how many days had one, and "
                + "on how long the last one is ago compared with the usual interval between this customer's "
                + "purchases: idle for some intervals is dormant, for more of them churned. Who buys again after a "
                + "pause that long is won back. Who ends the relationship is churned until the next purchase.",
            source: "hiatus rule (Wübben & Wangenheim 2008): DOMAIN.md 6",
            parameters: interval + bounds + ["lifecycle.loyal_from"]),
        FieldRule(
            "since",
            "The first day of the unbroken run of days on which the customer has been in this stage.",
            source: "DOMAIN.md 6", parameters: interval + bounds + ["lifecycle.loyal_from"]),
        FieldRule(
            "expected_interval_days",
            "How many days usually lie between this customer's purchases: the customer's own average, drawn towards a "
                + "common interval while there are few purchases.",
            source: "DOMAIN.md 6", parameters: interval),
        FieldRule(
            "ended", "Whether the customer ended the relationship, and has bought nothing since.",
            source: "DOMAIN.md 6"),
        FieldRule(
            "next",
            "Which stage follows, and on which day, if the customer does nothing until then.",
            source: "DOMAIN.md 6", parameters: interval + bounds),
    ]
}
