public import Projection

extension PriorityModel {
    private static let weights = [
        "priority.weights.value", "priority.weights.urgency", "priority.weights.interaction",
        "priority.floor",
    ]

    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule(
            "score",
            "Your value, the urgency of what you wait for and how often you are in touch, multiplied with weights: "
                + "a hundred at most. Of several complaints and needs the first in the queue counts.",
            source: "DOMAIN.md 10; after ITIL: priority from impact and urgency", parameters: weights),
        FieldRule(
            "rank", "The place of what you wait for in the queue of all open complaints and needs.",
            source: "DOMAIN.md 10",
            parameters: weights + [
                "priority.safety_first", "priority.safety_categories", "priority.breached_first",
            ]),
        FieldRule(
            "factors", "What the score is multiplied from, each from 0 to 1.", source: "DOMAIN.md 10",
            parameters: weights),
        FieldRule(
            "factors.value", "The share of the other customers who bought for less than you.",
            source: "DOMAIN.md 10 and 3", parameters: ["tiers.basis", "tiers.window_days"]),
        FieldRule(
            "factors.urgency",
            "By severity, and more as the promised time passes in opening hours.", source: "DOMAIN.md 10",
            parameters: [
                "priority.urgency.low", "priority.urgency.normal", "priority.urgency.high",
                "priority.urgency.critical", "complaints.respond_minutes", "complaints.resolve_minutes",
                "complaints.targets", "needs.meet_minutes", "needs.targets", "business.hours",
            ]),
        FieldRule(
            "factors.interaction",
            "How often you got in touch in the window, from 0 for never to nearly 1 for very often.",
            source: "DOMAIN.md 11", parameters: ["interaction.window_days"]),
        FieldRule(
            "breach_at",
            "When the promised time is over: that of the first reply until a person has replied, then that of the "
                + "resolution.",
            source: "DOMAIN.md 9 and 10",
            parameters: [
                "complaints.respond_minutes", "complaints.resolve_minutes", "needs.meet_minutes",
                "business.hours", "business.weekdays",
            ]),
    ]
}
