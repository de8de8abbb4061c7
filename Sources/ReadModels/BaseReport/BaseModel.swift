public import Events
public import Projection

/// The base as a whole: who buys again, who stays, who goes, and from where to where customers move. DOMAIN.md
/// section 25. A report: the fold has nothing to do that others have not done.
public struct BaseModel: ReadModel {
    /// The name of the view.
    public static let name = "base"
    /// The views that it reads.
    public static let uses = ["value", "lifecycle", "performance"]
    /// The version of the rules.
    public static let version = 1
    /// A report about everybody.
    public static let isReportOnly = true
    /// Repurchase and cohorts can be limited to a window.
    public static let reportTakesWindow = true
    /// Losses and flows are between two dates.
    public static let reportTakesEarlierDay = true

    /// Nothing is learned of a customer that other views do not know.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        private var nothing: UInt8 = 0
    }

    /// Nothing is needed of others.
    public struct Population: Codable, Sendable, Equatable {}

    let shift: PreferenceShift.Bounds

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        shift = PreferenceShift.Bounds(
            points: try context.policy.real("base.shift_points"),
            customers: try context.policy.whole("base.shift_customers"))
    }

    /// Forgets the customer before.
    public mutating func begin() {}

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {}

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) { (State(), State()) }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// No rows.
    public static func row(_ index: Int, of base: Base) -> JSONValue { .null }

    /// The horizon of churn risk before the point, unless another date was asked for.
    public static func earlierDay(in context: FoldContext, options: ReportOptions) throws -> LocalDay? {
        if let day = options.earlierDay { return day }
        let horizon = try context.policy.whole("churn.horizon_days")
        return LocalDay(number: context.clock.day).adding(days: -horizon)
    }

    /// How many customers have not bought for how many days, in at most two dozen equal stretches.
    private static func idle(_ days: CustomerLists<Int32>, _ base: Base) -> JSONValue {
        let today = base.context.clock.day
        let idle = base.customers.indices.compactMap { days[$0].last.map { Int(today) - Int($0) } }
        guard let longest = idle.max() else { return .array([]) }
        let width = [7, 30, 90, 365].first { longest / $0 < 24 } ?? (longest / 24 + 1)
        var counts = [Int](repeating: 0, count: longest / width + 1)
        for days in idle { counts[days / width] += 1 }
        return Answer.histogram(counts, width: width)
    }

    /// The measures of section 25.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let days = base.run(of: PerformanceModel.self).projector.days
        let first = options.windowDays.map { base.context.firstDay(ofTrailing: $0) } ?? .min
        var (buyers, repeaters) = (0, 0)
        for index in base.customers.indices {
            let bought = days[index].reversed().prefix { $0 >= first }.count
            if bought >= 1 { buyers += 1 }
            if bought >= 2 { repeaters += 1 }
        }
        var report = JSONObject([
            ("n", Answer.count(base.count)), ("small_population", .bool(base.isSmall(base.count))),
            ("window_days", options.windowDays.map { Answer.count($0) } ?? .null),
            ("buyers", Answer.count(buyers)), ("repeat_buyers", Answer.count(repeaters)),
            ("repurchase_rate", Answer.share(repeaters, of: buyers)),
        ])
        for member in Movement(from: options.earlier, to: base).members { report[member.0] = member.1 }
        report["preference_shift"] = PreferenceShift(of: base, base.run(of: Self.self).projector.shift).json
        report["cohorts"] = Cohorts(days, base, from: first).json
        report["idle"] = idle(days, base)
        return .object(report)
    }
}
