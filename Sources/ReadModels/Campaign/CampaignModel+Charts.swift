public import Projection

extension CampaignModel {
    /// What each campaign changed, with what chance leaves open.
    public static var charts: [ChartSpec] {
        let metrics = [
            ("purchase_rate", "Change of the share of customers who buy"),
            ("net_spend", "Change of what a customer spends"),
            ("complaint_rate", "Change of complaints in 1,000 purchases"),
            ("satisfaction", "Change of satisfaction, in points of a hundred"),
        ]
        return metrics.map { name, title in
            ChartSpec(
                .intervals, title, path: "campaigns", value: "metrics.\(name).effect",
                interval: ("metrics.\(name).low", "metrics.\(name).high"), labels: ["campaign"])
        }
    }
}
