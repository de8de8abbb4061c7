public import Projection

extension SatisfactionModel {
    private static let score = [
        "satisfaction.half_life_days", "satisfaction.kappa", "satisfaction.m0_without_answers",
    ]

    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule(
            "score",
            "Your answers on a scale of a hundred, newer ones counting more, together with a few answers as our "
                + "customers give them on average: so that one answer alone does not decide.",
            source: "DOMAIN.md 8", parameters: score),
        FieldRule(
            "no_data", "True where you gave no answer: the score is then that of all customers.",
            source: "DOMAIN.md 8"),
        FieldRule(
            "effective_n", "How many equally new answers yours are worth.",
            source: "DOMAIN.md 8; Kish (1965)",
            parameters: ["satisfaction.half_life_days"]),
        FieldRule(
            "answers",
            "How many questions you answered. A second answer to the same question of the same form replaces the "
                + "first.", source: "DOMAIN.md 8"),
        FieldRule(
            "csat", "Of your answers from 1 to 5 the share of 4 and 5, their mean and their number.",
            source: "DOMAIN.md 8"),
        FieldRule(
            "nps",
            "How many times you said from 0 to 10 whether you would recommend us, and what you said last.",
            source: "DOMAIN.md 8; Reichheld (2003)"),
        FieldRule(
            "ces", "The mean and the number of your answers from 1 to 7 to how easy it was.",
            source: "DOMAIN.md 8; Dixon, Freeman and Toman (2010)"),
        FieldRule(
            "dimensions", "The score of the answers to each subject, and how many there are.",
            source: "DOMAIN.md 8", parameters: score),
        FieldRule(
            "surveys",
            "How often we asked you and you answered, how often lately, and whether we may ask again without being "
                + "a nuisance.", source: "DOMAIN.md 8",
            parameters: ["satisfaction.survey_cap", "satisfaction.survey_cap_days"]),
        FieldRule(
            "expectation_gap",
            "By how much your scores lie above what you had expected, on average; below it where negative. Only "
                + "where all are on one scale.", source: "DOMAIN.md 24"),
    ]
}
