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

    /// The intervals of all effects: customers are drawn with replacement, treated and control together, and every
    /// measure is taken of the same draws.
    func intervals(confidence: Double) -> [Metric: Interval] {
        // For each part the sums of all measures, before and after: drawn parts are only added up.
        let width = Metric.allCases.count * 4
        var terms: [Double] = []
        terms.reserveCapacity(parts.count * width)
        for part in parts {
            for metric in Metric.allCases {
                let (before, after) = (metric.parts(part.before), metric.parts(part.after))
                terms += [before.sum, before.of, after.sum, after.of]
            }
        }
        var sums = [Double](repeating: 0, count: 2 * width)
        let found = bootstrap.intervals(
            count: parts.count, confidence: confidence, statistics: Metric.allCases.count
        ) { places in
            for index in sums.indices { sums[index] = 0 }
            for place in places {
                let group = parts[place].isControl ? width : 0
                for index in 0..<width { sums[group + index] += terms[place * width + index] }
            }
            return Metric.allCases.indices.map { metric in
                guard let treated = Self.change(sums[(metric * 4)..<(metric * 4 + 4)]) else { return nil }
                guard isControlled else { return treated }
                let control = Self.change(sums[(width + metric * 4)..<(width + metric * 4 + 4)])
                return control.map { treated - $0 }
            }
        }
        var intervals: [Metric: Interval] = [:]
        for (metric, interval) in zip(Metric.allCases, found) { intervals[metric] = interval }
        return intervals
    }

    /// After less before, of the sums before, of what, after, of what.
    private static func change(_ sums: ArraySlice<Double>) -> Double? {
        let first = sums.startIndex
        guard sums[first + 1] > 0, sums[first + 3] > 0 else { return nil }
        return sums[first + 2] / sums[first + 3] - sums[first] / sums[first + 1]
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
