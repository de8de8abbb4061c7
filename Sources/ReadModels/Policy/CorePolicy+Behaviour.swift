import Events

extension CorePolicy {
    /// Segments, next purchases, win-back, campaigns and what is known of a person.
    static let behaviour: [CoreParameter] = segments + next + leaving + profiles

    private static let segments: [CoreParameter] = [
        CoreParameter(
            "segments.night_purchases", 5, "purchases", .whole(1...1_000), "nobody is a night owl with fewer",
            source: "choice: 13"),
        CoreParameter(
            "segments.night_share", 0.5, "share", .number(0...1),
            "a night owl from this share of purchases at night on, drawn towards one in six",
            source: "choice: 13"),
        CoreParameter(
            "segments.dominant_share", 0.5, "share", .number(0...1),
            "a category or place is dominant from this share on", source: "13"),
        CoreParameter(
            "segments.dominant_purchases", 3, "purchases", .whole(1...1_000),
            "no category is dominant with fewer", source: "13"),
        CoreParameter(
            "segments.interest_share", 0.25, "share", .number(0...1),
            "an interest is inferred from this share of what was spent on", source: "choice: 13"),
        CoreParameter(
            "segments.need_days", 365, "days", .whole(1...3_650), "trailing days that needs are counted in",
            source: "13"),
        CoreParameter(
            "segments.needs", 2, "needs", .whole(1...1_000), "a category of needs stands out from so many on",
            source: "13"),
        CoreParameter(
            "segments.least_customers", 10, "customers", .whole(1...1_000_000),
            "the persona of a smaller segment is hidden, since it would show persons", source: "13"),
    ]

    private static let next: [CoreParameter] = [
        CoreParameter(
            "next.least_both", 20, "customers", .whole(1...1_000_000),
            "nothing is suggested that fewer bought together", source: "24"),
        CoreParameter(
            "next.least_lift", 0, "", .number(0...1_000),
            "nothing is suggested that is bought together less often than so many times by chance",
            source: "choice: 24 names no bound"),
        CoreParameter(
            "next.pause_days", 365, "days", .whole(1...3_650),
            "what was bought in these days is not suggested", source: "24"),
        CoreParameter(
            "next.suggestions", 3, "suggestions", .whole(0...100), "the most a customer gets",
            source: "choice"),
        CoreParameter(
            "next.consent_purposes", ["marketing", "personalisation", "profiling", "recommendation"], "",
            .texts, "the purposes of consent of which one must stand", source: "24: none without consent"),
        CoreParameter(
            "base.shift_days", 180, "days", .whole(1...3_650),
            "the two stretches whose category shares are compared", source: "25"),
        CoreParameter(
            "base.shift_points", 10, "points", .number(0...100),
            "changes of a category's share are shown from so many points of a hundred on", source: "25"),
        CoreParameter(
            "base.shift_customers", 20, "customers", .whole(1...1_000_000),
            "and where at least so many bought", source: "25"),
    ]

    private static let leaving: [CoreParameter] = [
        CoreParameter(
            "churn_reasons.complaint_days", 90, "days", .whole(1...3_650),
            "a reason is inferred from a complaint that was opened at most so long before the churn",
            source: "17"),
        CoreParameter(
            "churn_reasons.involuntary", ["involuntary", "moved", "died", "deceased", "closed"], "", .texts,
            "reasons that nobody can be won back from", source: "17: Keaveney 1995"),
        CoreParameter(
            "winback.window_days", 90, "days", .whole(1...730),
            "an offer regains a customer who buys within so many days", source: "18"),
        CoreParameter(
            "winback.pause_days", 180, "days", .whole(0...3_650),
            "nobody is put forward for an offer again before", source: "choice"),
        CoreParameter(
            "winback.cost_kinds", ["winback"], "", .texts, "the kinds of allocated cost that offers caused",
            source: "choice: 18"),
        CoreParameter(
            "campaign.window_days", 90, "days", .whole(1...730),
            "the stretches before and after the start of a campaign that does not say its days",
            source: "choice: 24"),
        CoreParameter(
            "campaign.draws", 2_000, "draws", .whole(20...100_000), "samples of the bootstrap", source: "24"),
    ]

    private static let profiles: [CoreParameter] = [
        CoreParameter(
            "profile.required_fields", ["name", "email", "phone", "birth_date", "region"], "", .texts,
            "the fields that a complete profile has", source: "choice: 25"),
        CoreParameter(
            "profile.stale_days", 365, "days", .whole(1...36_500),
            "a profile is stale when not verified so long",
            source: "25"),
        CoreParameter(
            "profile.change_days", 180, "days", .whole(1...3_650),
            "what persistency is compared with: so many days before", source: "24"),
    ]
}
