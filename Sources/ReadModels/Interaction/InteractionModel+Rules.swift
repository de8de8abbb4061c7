public import Projection

extension InteractionModel {
    private static let window = ["interaction.window_days", "interaction.conversation_minutes"]

    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule(
            "contacts",
            "How many conversations we had, ever. Messages of one thread, or on one channel without a long pause, "
                + "are one conversation; messages to many do not count.",
            source: "DOMAIN.md 11",
            parameters: ["interaction.conversation_minutes", "interaction.purchases"]),
        FieldRule(
            "window_days", "How many days the following figures look back.", source: "DOMAIN.md 11",
            parameters: ["interaction.window_days"]),
        FieldRule(
            "inbound", "Conversations of these days that you began.", source: "DOMAIN.md 11",
            parameters: window),
        FieldRule(
            "outbound", "Conversations of these days that we began.", source: "DOMAIN.md 11",
            parameters: window),
        FieldRule(
            "per_30_days", "Conversations of these days, as if for thirty days.", source: "DOMAIN.md 11",
            parameters: window),
        FieldRule("recency_days", "Days since you last got in touch.", source: "DOMAIN.md 11"),
        FieldRule(
            "channels", "Which share of these conversations was on which channel.", source: "DOMAIN.md 11",
            parameters: window),
        FieldRule(
            "dominant_channel", "The channel with the most of them; of equal ones the first by name.",
            source: "DOMAIN.md 11", parameters: window),
        FieldRule(
            "evenness",
            "How evenly the channels that we offer are used: 1 for all alike, 0 for one only.",
            source: "DOMAIN.md 11; Shannon's entropy over its maximum",
            parameters: window + ["channels.offered"]),
        FieldRule(
            "hhi", "How concentrated the channels are: the sum of their squared shares.",
            source: "DOMAIN.md 11; Herfindahl and Hirschman's index", parameters: window),
        FieldRule(
            "index",
            "How often you got in touch in these days compared with our customers' mean: 0 for never, nearly 1 for "
                + "very often.", source: "DOMAIN.md 11", parameters: window),
        FieldRule(
            "decayed", "All conversations, each counting half as much for every half-life of its age.",
            source: "DOMAIN.md 11", parameters: ["interaction.half_life_days"]),
        FieldRule(
            "topics",
            "What these conversations were about: how many, which share, and how many more than in the days before.",
            source: "DOMAIN.md 11", parameters: window),
    ]
}
