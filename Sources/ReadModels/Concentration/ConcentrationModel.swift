public import Events
public import Projection
import Statistics

/// How unevenly value lies on customers, and whether attention follows it: DOMAIN.md section 16. A report only.
public struct ConcentrationModel: ReadModel {
    /// The name of the view.
    public static let name = "concentration"
    /// The views that it reads.
    public static let uses = ["value", "profit"]
    /// The version of the rules.
    public static let version = 2
    /// Customers have no row.
    public static let isReportOnly = true

    /// What a customer took of our time in the window that value is counted in; bulk messages are left out.
    public struct Attention: BitwiseCopyable, Sendable, Equatable {
        /// Minutes, in thousandths.
        public var minutes: Int64 = 0
        /// Messages.
        public var contacts: Int64 = 0
    }

    /// Nothing is needed of everybody.
    public struct Population: Codable, Sendable, Equatable {}

    private let windowFrom: Int32
    private var attention = Attention()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let window = try context.policy.wholeOrNil("tiers.window_days")
        windowFrom = window.map { context.firstDay(ofTrailing: $0) } ?? .min
    }

    /// Forgets the customer before.
    public mutating func begin() {
        attention = Attention()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .contact { take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        guard fact.day >= windowFrom, !fact.flags.contains(.bulk) else { return }
        attention.contacts += 1
        attention.minutes = added(attention.minutes, fact.extra)
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: Attention, measure: Attention) { (attention, attention) }

    /// Nothing is needed of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// Customers have no row.
    public static func row(_ index: Int, of base: Base) -> JSONValue { .null }

    /// How unevenly value lies.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.lorenz, "Concentration of value", path: "lorenz"),
            ChartSpec(.bars, "Contacts against value by tier", path: "tiers", value: "contacts_over_value"),
            ChartSpec(.line, "Gini coefficient of value", path: "gini"),
        ]
    }

    /// The population report, its members named as in the literature.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let population = base.population(ValueModel.self)
        let figures = base.measures(ProfitModel.self)
        var held: [Int64] = []
        var clamped: Int64 = 0
        let expectation = YearExpectation(base)
        var tiers: [ValueCuts.Tier: Holding] = [:]
        var all = Holding()
        for (index, measure) in base.measures(ValueModel.self).enumerated() {
            let value = measure.ranked(by: population.basis)
            let holding = Holding(
                value: value, predicted: expectation?.minorUnits(measure),
                cost: figures[index].all.service, base.measures(Self.self)[index])
            tiers[population.value.tier(value), default: Holding()].add(holding)
            all.add(holding)
            guard measure.state.purchaseDays > 0 else { continue }
            held.append(max(0, value))
            if value < 0 { clamped = added(clamped, value) }
        }
        let concentration = Concentration(held)
        var named = JSONObject()
        for tier in ValueCuts.Tier.allCases {
            named[tier.rawValue] = (tiers[tier] ?? Holding()).json(of: all)
        }
        var report = JSONObject([
            ("n", Answer.count(base.count)),
            ("small_population", .bool(base.isSmall(held.count))),
            ("customers", Answer.count(held.count)),
            ("value", Answer.money(Int64(clamping: all.value), base.context.currency)),
            ("clamped", Answer.money(clamped, base.context.currency)),
        ])
        for (name, value) in json(concentration) { report[name] = value }
        report["tiers"] = .object(named)
        let shares = tiers.compactMapValues { all.value > 0 ? Double($0.value) / Double(all.value) : nil }
        report["portfolio"] = TierPortfolio(base).json(shares: shares)
        return .object(report)
    }

    private static func json(_ concentration: Concentration) -> JSONObject {
        var members = JSONObject([
            ("gini", Answer.number(concentration.gini)),
            ("gini_unbiased", Answer.number(concentration.unbiasedGini)),
            ("hhi", Answer.number(concentration.herfindahl)),
            ("hhi_10000", Answer.number(concentration.herfindahl.map { $0 * 10_000 })),
            ("hhi_normalised", Answer.number(concentration.normalisedHerfindahl)),
            ("effective_customers", Answer.number(concentration.effectiveCount)),
            ("shannon_entropy_nats", Answer.number(concentration.entropy)),
            ("shannon_evenness", Answer.number(concentration.entropyEvenness)),
        ])
        for percent in [1, 5, 10, 20, 50] {
            members["top_\(percent)pct"] = [
                "whole_customers": Answer.number(concentration.topShare(Double(percent) / 100)),
                "interpolated": Answer.number(concentration.interpolatedTopShare(Double(percent) / 100)),
            ]
        }
        members["largest_share"] = Answer.number(concentration.largestShare)
        let most = concentration.holders(forPercent: 80)
        members["customers_for_80pct"] = most.map { Answer.count($0) } ?? nil
        members["customers_for_80pct_fraction"] =
            most.map { Answer.share($0, of: concentration.count) } ?? nil
        members["lorenz"] = .array(
            concentration.lorenzCurve(points: 20).map { point in
                ["customers": Answer.number(point.holders), "value": Answer.number(point.share)]
            })
        return members
    }
}

/// What a group of customers holds of everything that is shared out.
struct Holding: Sendable {
    var customers = 0
    /// Value above zero, in minor units.
    var value: Int128 = 0
    /// What is expected of the next twelve months; nil without fitted models.
    var predicted: Int128?
    var cost: Int128 = 0
    var contacts: Int128 = 0
    var minutes: Int128 = 0

    /// Nothing.
    init() {}

    /// What one customer holds.
    init(value: Int64, predicted: Int64?, cost: Int64, _ attention: ConcentrationModel.Attention) {
        customers = 1
        self.value = Int128(max(0, value))
        self.predicted = predicted.map { Int128($0) }
        self.cost = Int128(cost)
        contacts = Int128(attention.contacts)
        minutes = Int128(attention.minutes)
    }

    mutating func add(_ other: Holding) {
        customers += other.customers
        value += other.value
        if let more = other.predicted { predicted = (predicted ?? 0) + more }
        cost += other.cost
        contacts += other.contacts
        minutes += other.minutes
    }

    /// The shares of a whole; `contacts_over_value` above 1 means served more than the value would ask for.
    func json(of all: Holding) -> JSONValue {
        let valueShare = all.value > 0 ? Double(value) / Double(all.value) : nil
        let contactShare = all.contacts > 0 ? Double(contacts) / Double(all.contacts) : nil
        let ratio = valueShare.flatMap { share in
            share > 0 ? contactShare.map { $0 / share } : nil
        }
        return [
            "customers": Answer.count(customers),
            "share_of_value": Answer.number(valueShare),
            "share_of_predicted_value": all.predicted.map { Answer.share(predicted ?? 0, of: $0) } ?? nil,
            "share_of_contacts": Answer.number(contactShare),
            "share_of_minutes": Answer.share(minutes, of: all.minutes),
            "share_of_cost": Answer.share(cost, of: all.cost),
            "contacts_over_value": Answer.number(ratio),
        ]
    }
}
