public import Projection
import Statistics

/// Whose turn it is: open complaints and needs in the order of value, urgency and interaction. DOMAIN.md section 10.
///
/// The views that it reads hold all that is folded; here it is put together.
public struct PriorityModel: ReadModel {
    /// The name of the view.
    public static let name = "priority"
    /// The views that it reads.
    public static let uses = ["value", "complaints", "needs", "interaction"]
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["rank", "score", "breach_at"]

    /// Nothing of its own.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        var unused: UInt32 = 0
    }

    /// All open items. Their order changes with the hour, what it is made of does not.
    public struct Population: Codable, Sendable, Equatable {
        /// By customer.
        let items: [QueueItem]
    }

    let rule: PriorityRule

    /// A projector under the context's policy. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rule = try PriorityRule(context.policy)
    }

    /// Nothing to forget.
    public mutating func begin() {}

    /// Nothing to take.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {}

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) { (State(), State()) }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let complaints = base.run(of: ComplaintsModel.self).projector
        let needs = base.run(of: NeedsModel.self).projector
        let ranks = ValuePercentiles(base)
        let contacts = base.measures(InteractionModel.self)
        let mean = base.population(InteractionModel.self).meanInbound
        let judge = base.shared(ComplaintJudge.init)
        let safety = Set(run.projector.rule.safetyCategories)
        var items: [QueueItem] = []
        for (index, customer) in base.customers.enumerated() {
            let openComplaints = complaints.book.cases[index].filter(\.isOpen)
            let openNeeds = needs.book.cases[index].filter(\.isOpen)
            guard !openComplaints.isEmpty || !openNeeds.isEmpty else { continue }
            let tier = judge.tier(index)
            let value = ranks.percentile(index)
            let interaction = saturation(count: Double(contacts[index].inbound), mean: mean)
            for complaint in openComplaints {
                let category = base.context.text(of: complaint.category) ?? ""
                items.append(
                    QueueItem(
                        complaint, customer, complaints.targets, tier: tier,
                        isSafety: safety.contains(category), value: value, interaction: interaction))
            }
            for need in openNeeds {
                items.append(
                    QueueItem(
                        need, customer, target: NeedsModel.target(of: need, needs, tier: tier), value: value,
                        interaction: interaction))
            }
        }
        return Population(items: items)
    }
}

extension QueueItem {
    init(
        _ complaint: ComplaintCase, _ customer: UInt32, _ targets: ServiceTargets, tier: String,
        isSafety: Bool,
        value: Double, interaction: Double
    ) {
        self.init(
            customer: customer, kind: .complaint, position: complaint.opening, name: complaint.name,
            severity: complaint.severity, isSafety: isSafety,
            responseSince: complaint.responded == nil ? complaint.opened.reading : nil,
            responseTarget: targets.minutes("respond", severity: complaint.severity, tier: tier),
            handled: complaint.handled, handledSince: complaint.handledSince,
            handlingTarget: targets.minutes("resolve", severity: complaint.severity, tier: tier), dueBy: nil,
            value: value, interaction: interaction)
    }

    init(_ need: NeedCase, _ customer: UInt32, target: Int64, value: Double, interaction: Double) {
        self.init(
            customer: customer, kind: .need, position: need.opening, name: need.name,
            severity: need.severity, isSafety: false, responseSince: nil, responseTarget: 0, handled: 0,
            handledSince: need.opened.reading, handlingTarget: target, dueBy: need.dueBy?.moment,
            value: value, interaction: interaction)
    }
}

/// The value percentile of customers: the share of the others whose value is smaller.
struct ValuePercentiles {
    private let values: [Int64]
    private let ascending: [Int64]

    init(_ base: Base) {
        values = ValueTiers(base).all
        ascending = values.sorted()
    }

    /// (rank − 1) / (n − 1) with the rank of section 3; a half for a customer alone.
    func percentile(_ index: Int) -> Double {
        guard values.count > 1 else { return 0.5 }
        let smaller = ascending.partitionPoint { $0 < values[index] }
        return Double(smaller) / Double(values.count - 1)
    }
}
