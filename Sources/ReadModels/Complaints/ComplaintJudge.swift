import Projection

/// Says which complaints took, or take, longer than was promised. Made once for a base.
struct ComplaintJudge {
    /// What was not kept.
    struct Breaches: OptionSet {
        let rawValue: UInt8

        static let acknowledge = Breaches(rawValue: 1)
        static let respond = Breaches(rawValue: 2)
        static let resolve = Breaches(rawValue: 4)

        /// Late in what a complaint is judged by: the first response or the resolution.
        var isBreach: Bool { contains(.respond) || contains(.resolve) }
    }

    private let projector: ComplaintsModel
    private let tiers: ValueTiers

    init(_ base: Base) {
        projector = base.run(of: ComplaintsModel.self).projector
        tiers = ValueTiers(base)
    }

    /// The complaints of the customer at an index.
    func cases(_ index: Int) -> ArraySlice<ComplaintCase> { projector.book.cases[index] }

    /// The tier of the customer at an index, which targets can depend on.
    func tier(_ index: Int) -> String { tiers.tier(index) }

    /// What of a complaint is late: each clock by its own target, strictly.
    func breaches(_ complaint: ComplaintCase, tier: String) -> Breaches {
        let now = projector.book.now
        func target(_ name: String) -> Int64 {
            projector.targets.minutes(name, severity: complaint.severity, tier: tier)
        }
        var breaches: Breaches = []
        if complaint.businessMinutes(to: complaint.acknowledged ?? now) > target("acknowledge") {
            breaches.insert(.acknowledge)
        }
        if complaint.businessMinutes(to: complaint.responded ?? now) > target("respond") {
            breaches.insert(.respond)
        }
        if complaint.handlingMinutes(now: now) > target("resolve") { breaches.insert(.resolve) }
        return breaches
    }

    /// How many complaints of the customer at an index were late.
    func breachedCount(_ index: Int) -> Int {
        let cases = cases(index)
        guard !cases.isEmpty else { return 0 }
        let tier = tier(index)
        return cases.count { breaches($0, tier: tier).isBreach }
    }

    /// Whether an open complaint of the customer at an index is late.
    func hasOpenBreach(_ index: Int) -> Bool {
        let cases = cases(index)
        guard cases.contains(where: \.isOpen) else { return false }
        let tier = tier(index)
        return cases.contains { $0.isOpen && breaches($0, tier: tier).isBreach }
    }
}
