import Events

extension CorePolicy {
    /// Who is put before people, and in which order.
    static let queues: [CoreParameter] = [
        CoreParameter(
            "queues.at_risk.from", "medium", "", .choice(["low", "medium", "high"]),
            "the lowest band of churn risk that somebody should turn to", source: "choice: 7"),
        CoreParameter(
            "queues.at_risk.order", "value_at_risk", "", .choice(["value_at_risk", "risk"]),
            "what comes first: the most value times risk, or the highest risk",
            source: "choice: tiers steer service, 1.7"),
    ]
}
