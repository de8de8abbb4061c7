public import Projection

extension RebalancingModel {
    /// Where care and money go otherwise than planned.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .bars, "Share of contacts by position", path: "positions", value: "contacts.actual"),
            ChartSpec(
                .bars, "Share of the cost to serve by position", path: "positions", value: "cost.actual"),
            ChartSpec(.bars, "Largest shares of revenue", path: "limits", value: "share"),
            ChartSpec(
                .bars, "Contacts: share less target", path: "positions", value: "contacts.deviation"),
            ChartSpec(.bars, "Cost to serve: share less target", path: "positions", value: "cost.deviation"),
        ]
    }
}
