public import Projection

extension InteractionModel {
    /// Where customers and we talk.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Contacts by channel", path: "channels", value: "contacts"),
            ChartSpec(.bars, "Contacts by topic", path: "topics", value: "n"),
            ChartSpec(.stack, "Channel mix over time", path: "channels", value: "share"),
            ChartSpec(.line, "Contacts for 30 days", path: "per_30_days"),
        ]
    }
}
