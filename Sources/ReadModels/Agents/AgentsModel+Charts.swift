public import Projection

extension AgentsModel {
    /// How employees do, with what chance leaves open.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .intervals, "Satisfied customers by employee, with the interval", path: "agents",
                value: "csat.top2",
                interval: ("csat.low", "csat.high")),
            ChartSpec(.bars, "Contacts by employee", path: "agents", value: "contacts"),
            ChartSpec(
                .bars, "Minutes to the first response, the middle one", path: "agents",
                value: "first_response.median"),
        ]
    }
}
