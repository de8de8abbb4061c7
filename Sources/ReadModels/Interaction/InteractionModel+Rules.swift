public import Projection

extension InteractionModel {
    private static let window = ["interaction.window_days", "interaction.conversation_minutes"]

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "contacts",
            "How many conversations there were at all, either way. Messages of one channel shortly after one another are "
                + "one conversation; mass mailings are none.",
            source: "DOMAIN.md 11", parameters: ["interaction.conversation_minutes"]),
        FieldRule(
            "window_days", "The other figures count the contacts of so many days up to now.",
            source: "DOMAIN.md 11",
            parameters: ["interaction.window_days"]),
        FieldRule(
            "inbound", "How many conversations the customer began in the window.", source: "DOMAIN.md 11",
            parameters: window),
        FieldRule(
            "outbound", "How many conversations we began in the window.", source: "DOMAIN.md 11",
            parameters: window),
        FieldRule(
            "per_30_days", "Conversations in the window, either way, as a number for thirty days.",
            source: "DOMAIN.md 11", parameters: window),
        FieldRule(
            "recency_days", "How many days ago the customer last got in touch.", source: "DOMAIN.md 11"),
        FieldRule(
            "channels", "Which part of the conversations in the window came through which channel.",
            source: "DOMAIN.md 11", parameters: window),
        FieldRule(
            "dominant_channel",
            "The channel with the most conversations in the window; of equal ones the first by name.",
            source: "DOMAIN.md 11", parameters: window),
        FieldRule(
            "evenness",
            "How evenly the conversations are spread over the channels that are offered: 0 all in one, 1 the same "
                + "everywhere.",
            source: "Shannon's entropy over its maximum: DOMAIN.md 11",
            parameters: window + ["channels.offered"]),
        FieldRule(
            "hhi", "How concentrated the conversations are on few channels: 1 where all are in one.",
            source: "Herfindahl's index: DOMAIN.md 11", parameters: window),
        FieldRule(
            "index",
            "How busy the customer is with us, from 0 to 1, measured against how often the average customer gets in "
                + "touch.",
            source: "1 − exp(−n / mean): DOMAIN.md 11", parameters: window),
        FieldRule(
            "topics", "What the conversations in the window were about.", source: "DOMAIN.md 11",
            parameters: window),
    ]
}
