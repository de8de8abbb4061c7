import Projection
import Statistics

/// What a campaign changed, measure by measure: difference in differences (Card and Krueger 1994) with a
/// bootstrap interval. DOMAIN.md section 24.
struct CampaignEffect {
    /// What is measured, each as one sum over another.
    enum Metric: String, CaseIterable {
        /// Customers with a purchase that counts, of all.
        case purchaseRate = "purchase_rate"
        /// Net spend of a customer, in minor units.
        case netSpend = "net_spend"
        /// Complaints in 1,000 purchases.
        case complaintRate = "complaint_rate"
        /// The mean of survey answers in points of a hundred.
        case satisfaction

        func parts(_ tally: CampaignTally) -> (sum: Double, of: Double) {
            switch self {
            case .purchaseRate: (tally.purchases > 0 ? 1 : 0, 1)
            case .netSpend: (Double(tally.net), 1)
            case .complaintRate: (Double(tally.complaints) * 1_000, Double(tally.purchases))
            case .satisfaction: (Double(tally.points) / 1e6, Double(tally.answers))
            }
        }
    }

    /// A measure of one group, before and after.
    struct Levels: Equatable {
        var before: Double?
        var after: Double?

        var change: Double? { after.flatMap { after in before.map { after - $0 } } }
    }

    private let parts: [CampaignModel.Part]
    private let bootstrap: Bootstrap
    /// Whether there is a control group; without one the change of the treated is all there is.
    let isControlled: Bool

    init(_ parts: [CampaignModel.Part], draws: Int) {
        self.parts = parts
        isControlled = parts.contains { $0.isControl } && parts.contains { !$0.isControl }
        // The seed is part of the rule: the same question has the same answer for ever.
        bootstrap = Bootstrap(samples: draws, seed: 2_024)
    }

    func count(control: Bool) -> Int { parts.filter { $0.isControl == control }.count }

    /// The levels of a group.
    func levels(_ metric: Metric, control: Bool) -> Levels {
        levels(metric, control: control, places: parts.indices)
    }

    /// The change of the treated less that of the control group; without one the change of the treated.
    func effect(_ metric: Metric) -> Double? { effect(metric, places: parts.indices) }

    /// Its interval: customers are drawn with replacement, treated and control together.
    func interval(_ metric: Metric, confidence: Double) -> Interval? {
        bootstrap.interval(count: parts.count, confidence: confidence) { effect(metric, places: $0) }
    }

    private func effect(_ metric: Metric, places: some Sequence<Int>) -> Double? {
        let treated = levels(metric, control: false, places: places).change
        guard isControlled else { return treated }
        let control = levels(metric, control: true, places: places).change
        return treated.flatMap { treated in control.map { treated - $0 } }
    }

    private func levels(_ metric: Metric, control: Bool, places: some Sequence<Int>) -> Levels {
        var (before, after) = ((sum: 0.0, of: 0.0), (sum: 0.0, of: 0.0))
        for place in places where parts[place].isControl == control {
            let (first, second) = (metric.parts(parts[place].before), metric.parts(parts[place].after))
            before.sum += first.sum
            before.of += first.of
            after.sum += second.sum
            after.of += second.of
        }
        return Levels(
            before: before.of > 0 ? before.sum / before.of : nil,
            after: after.of > 0 ? after.sum / after.of : nil)
    }
}
