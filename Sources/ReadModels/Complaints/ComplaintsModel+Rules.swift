public import Projection

extension ComplaintsModel {
    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule("opened", "How many complaints the customer has made.", source: "ISO 10002: DOMAIN.md 9"),
        FieldRule(
            "open",
            "How many complaints are neither resolved nor closed; one that was reopened is open again.",
            source: "DOMAIN.md 9"),
        FieldRule("resolved", "How many complaints are resolved or closed now.", source: "DOMAIN.md 9"),
        FieldRule("reopened", "How many times a resolved complaint was opened again.", source: "DOMAIN.md 9"),
        FieldRule(
            "breached", "How many complaints were not answered or not resolved within their target.",
            source: "DOMAIN.md 9"),
        FieldRule(
            "first_response",
            "Minutes from a complaint to the first reply by a person, automatic replies not counted: the median over the "
                + "complaints, by the clock and in business hours.",
            source: "DOMAIN.md 9"),
        FieldRule(
            "resolution",
            "Minutes from a complaint to its resolution: the median over the complaints, by the clock and in business "
                + "hours without the time spent waiting for the customer.",
            source: "DOMAIN.md 9"),
    ]
}
