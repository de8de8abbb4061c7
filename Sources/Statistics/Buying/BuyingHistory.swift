/// What the models of buying need to know of one customer: DOMAIN.md section 5.1.
public struct BuyingHistory: Sendable, Hashable {
    /// x: how many purchase days followed the first.
    public let repeats: Int
    /// t_x: time from the first to the last purchase day.
    public let last: Double
    /// T: time from the first purchase day to the point of the question, in the same unit.
    public let age: Double

    /// A history. Traps unless 0 ≤ last ≤ age, and last = 0 exactly where nothing was repeated.
    public init(repeats: Int, last: Double, age: Double) {
        precondition(
            repeats >= 0 && last >= 0 && last <= age && age.isFinite && (repeats > 0 || last == 0),
            "\(repeats) repeat purchases until \(last) of \(age)")
        self.repeats = repeats
        self.last = last
        self.age = age
    }

    /// A history in weeks, from whole days.
    public init(repeats: Int, lastDays: Int, ageDays: Int) {
        self.init(repeats: repeats, last: Double(lastDays) / 7, age: Double(ageDays) / 7)
    }
}

/// The histories of many customers, equal ones counted together, in one order whatever order they came in.
public struct BuyingSample: Sendable {
    struct Group: Sendable {
        var history: BuyingHistory
        var count: Int
    }

    /// Different histories, ascending by x, t_x and T: what depends on x alone is computed once.
    let groups: [Group]
    /// How many customers there are.
    public let count: Int
    /// Σ x.
    public let repeatPurchases: Int
    /// How many customers bought again.
    public let repeatCustomers: Int

    /// A sample.
    public init(_ histories: some Sequence<BuyingHistory>) {
        let sorted = histories.sorted(by: Self.precedes)
        var groups: [Group] = []
        for history in sorted {
            if let last = groups.indices.last, groups[last].history == history {
                groups[last].count += 1
            } else {
                groups.append(Group(history: history, count: 1))
            }
        }
        self.groups = groups
        count = sorted.count
        repeatPurchases = sorted.reduce(0) { $0 + $1.repeats }
        repeatCustomers = sorted.count { $0.repeats > 0 }
    }

    private init(groups: [Group], like sample: BuyingSample) {
        self.groups = groups
        count = sample.count
        repeatPurchases = sample.repeatPurchases
        repeatCustomers = sample.repeatCustomers
    }

    /// The mean age.
    var meanAge: Double {
        groups.reduce(0) { $0 + Double($1.count) * $1.history.age } / Double(max(1, count))
    }

    /// The same sample in a unit of time that is `factor` times as long.
    func dividingTime(by factor: Double) -> BuyingSample {
        let groups = groups.map { group in
            Group(
                history: BuyingHistory(
                    repeats: group.history.repeats, last: group.history.last / factor,
                    age: group.history.age / factor),
                count: group.count)
        }
        return BuyingSample(groups: groups, like: self)
    }

    private static func precedes(_ left: BuyingHistory, _ right: BuyingHistory) -> Bool {
        (left.repeats, left.last, left.age) < (right.repeats, right.last, right.age)
    }
}
