public import Projection

extension CampaignModel {
    /// What each campaign changed, with what chance leaves open.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(
                .intervals, "Change of the share of customers who buy", path: "campaigns",
                value: "metrics.purchase_rate.effect",
                interval: ("metrics.purchase_rate.low", "metrics.purchase_rate.high"), labels: ["campaign"]),
            ChartSpec(
                .intervals, "Change of what a customer spends", path: "campaigns",
                value: "metrics.net_spend.effect",
                interval: ("metrics.net_spend.low", "metrics.net_spend.high"), labels: ["campaign"]),
            ChartSpec(
                .intervals, "Change of complaints in 1,000 purchases", path: "campaigns",
                value: "metrics.complaint_rate.effect",
                interval: ("metrics.complaint_rate.low", "metrics.complaint_rate.high"), labels: ["campaign"]),
            ChartSpec(
                .intervals, "Change of satisfaction, in points of a hundred", path: "campaigns",
                value: "metrics.satisfaction.effect",
                interval: ("metrics.satisfaction.low", "metrics.satisfaction.high"), labels: ["campaign"]),
        ]
    }
}
