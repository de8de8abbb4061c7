public import Projection

extension SatisfactionModel {
    private static let score = [
        "satisfaction.half_life_days", "satisfaction.kappa", "satisfaction.m0_without_answers",
    ]

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "score",
            "All answers on a scale from 0 to 100, newer ones counting more, averaged together with a few answers of the "
                + "average customer, so that one answer alone says little.",
            source: "weighted mean shrunk to the population's: DOMAIN.md 8", parameters: score),
        FieldRule(
            "no_data",
            "Whether the customer has never answered; the score is then that of the average customer.",
            source: "DOMAIN.md 8"),
        FieldRule(
            "effective_n",
            "How many fresh answers the customer's answers are worth: old ones count less.",
            source: "(sum of weights)² / sum of squared weights: DOMAIN.md 8",
            parameters: ["satisfaction.half_life_days"]),
        FieldRule(
            "answers",
            "How many answers count. A later answer to the same question of the same form replaces the earlier one.",
            source: "DOMAIN.md 8"),
        FieldRule(
            "csat", "Answers to “how satisfied were you”, from 1 to 5: their mean and number.",
            source: "DOMAIN.md 8"),
        FieldRule(
            "csat.top2", "The share of answers that are 4 or 5 of 5.", source: "top-2-box: DOMAIN.md 8"),
        FieldRule(
            "nps",
            "Answers to “how likely would you recommend us”, from 0 to 10: their number, and the last one.",
            source: "Net Promoter: DOMAIN.md 8"),
        FieldRule(
            "ces", "Answers to “it was easy to have my issue handled”, from 1 to 7: their mean and number.",
            source: "Customer Effort Score 2.0: DOMAIN.md 8"),
        FieldRule(
            "dimensions", "The same score for each subject that was asked about, such as product or service.",
            source: "DOMAIN.md 8", parameters: score),
        FieldRule(
            "expectation_gap",
            "How much better, or worse if negative, it was than expected: the mean of answer less expectation, where both "
                + "were asked on one scale.",
            source: "expectation and perception: DOMAIN.md 8"),
    ]
}
