public import Events
public import Projection

/// What a customer contributes to profit, and what serving them costs: DOMAIN.md section 14.
///
/// Revenue is what customers pay; a purchase's `discount` is one that its total does not show, and is taken off.
///
/// In passing it measures what other views show of a customer's money, so that purchases and costs are matched once.
public struct ProfitModel: ReadModel {
    /// The name of the view.
    public static let name = "profit"
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["margin", "rank"]

    /// What a row needs of everybody.
    public struct Population: Codable, Sendable, Equatable {
        /// The margins of the customers who have one that is known.
        public var margins: RankTable
        /// Customers with a purchase that has no cost.
        public var unknown: Int
    }

    /// What all customers brought month by month.
    private(set) var monthly: MonthlyMargins
    /// What all customers were worth at month ends.
    private(set) var monthEnds: MonthEndValues
    private let periods: AccountPeriods
    private var account: CustomerAccount

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        monthly = try MonthlyMargins(context)
        monthEnds = try MonthEndValues(context)
        periods = AccountPeriods(context)
        account = CustomerAccount(rule: try ProfitRule(context), rates: context.rates)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        account.begin()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        account.fold(fact)
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: Margin, measure: AccountFigures) {
        account.recount()
        let figures = AccountFigures(account, periods)
        monthly.add(account)
        monthEnds.add(account.ledger.bookings)
        return (figures.all, figures)
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        monthly.absorb(other.monthly)
        monthEnds.absorb(other.monthEnds)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        var margins: [Int64] = []
        var unknown = 0
        for measure in run.measures where measure.hasMargin {
            if let amount = measure.all.amount { margins.append(amount) } else { unknown += 1 }
        }
        margins.sort()
        return Population(margins: RankTable(ascending: margins), unknown: unknown)
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let figures = base.run(of: Self.self).measures[index]
        let currency = base.context.currency
        let levels = figures.all.levels?.map { Answer.money($0, currency) }
        let rank = figures.hasMargin ? figures.all.amount.map(base.population(Self.self).margins.rank) : nil
        return [
            "margin": figures.all.amount.map { Answer.money($0, currency) } ?? nil,
            "levels": .array(levels ?? [nil, nil, nil]),
            "rank": rank.map { Answer.count($0) } ?? nil,
            "cost_to_serve": Answer.money(figures.all.service, currency),
        ]
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let population = base.population(Self.self)
        let curve = WhaleCurve(descending: population.margins.descending)
        let currency = base.context.currency
        var sums = Margin()
        for measure in base.measures(Self.self) where measure.all.amount != nil {
            sums.add(measure.all)
        }
        let total = Int64(clamping: curve.total)
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(population.margins.count)),
            "customers": Answer.count(population.margins.count),
            "unknown": Answer.count(population.unknown),
            "revenue": Answer.money(sums.revenue, currency),
            "goods": Answer.money(sums.goods, currency),
            "discounts": Answer.money(sums.discounts, currency),
            "shipping": Answer.money(sums.shipping, currency),
            "cost_to_serve": Answer.money(sums.service, currency),
            "margin": Answer.money(total, currency),
            "peak": Answer.money(Int64(clamping: curve.peak), currency),
            "peak_customers": Answer.count(curve.peakCustomers),
            "peak_fraction": Answer.share(curve.peakCustomers, of: population.margins.count),
            "peak_over_total": curve.total > 0 ? Answer.share(curve.peak, of: curve.total) : nil,
            "loss_makers": Answer.count(curve.lossMakers),
            "curve": .array(points(of: curve)),
        ]
    }

    /// The curve at 20 equal steps of customers, or at every customer where there are fewer: shares of the customers
    /// and of the margin. Empty where there is no margin to have a share of.
    private static func points(of curve: WhaleCurve) -> [JSONValue] {
        let count = curve.cumulative.count
        guard curve.total > 0 else { return [] }
        let steps = min(20, count)
        return (0...steps).map { step in
            let customers = count * step / steps
            let margin = customers == 0 ? 0 : curve.cumulative[customers - 1]
            return [
                "customers": Answer.share(customers, of: count),
                "value": Answer.share(margin, of: curve.total),
            ]
        }
    }

    /// Who makes the profit, and who loses it.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.whale, "Cumulated margin", path: "curve"),
            ChartSpec(
                .bars, "From revenue to margin", path: "",
                only: ["revenue", "goods", "discounts", "shipping", "cost_to_serve", "margin"]),
            ChartSpec(.line, "Customers who bring a loss", path: "loss_makers"),
        ]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "margin",
            "Net revenue less the cost of goods, discounts, shipping and the cost to serve. Not known while "
                + "a purchase that counts has a line without a cost.",
            source: "customer profitability: DOMAIN.md 14"),
        FieldRule(
            "levels",
            "Net revenue less the cost of goods; that less discounts and shipping; that less the cost to "
                + "serve.",
            source: "DOMAIN.md 14"),
        FieldRule(
            "rank", "One more than the number of customers with a higher margin.", source: "DOMAIN.md 14"),
        FieldRule(
            "cost_to_serve",
            "Costs that were allocated to the customer, benefits granted, and contacts, complaints and "
                + "returns at the policy's cost of one.",
            source: "DOMAIN.md 14",
            parameters: ["profit.contact_costs", "profit.complaint_cost", "profit.return_cost"]),
    ]
}

/// The state of a view that reads nothing but other views.
public struct NoState: BitwiseCopyable, Sendable, Equatable {
    var unused: UInt8 = 0
}

extension AccountFigures {
    /// Whether there is anything to have a margin of: a purchase, a refund or a cost.
    var hasMargin: Bool {
        purchases > 0 || all.revenue != 0 || all.service != 0 || all.goods != 0 || all.shipping != 0
    }
}

extension Margin {
    /// Adds another's amounts.
    mutating func add(_ other: Margin) {
        revenue = added(revenue, other.revenue)
        goods = added(goods, other.goods)
        discounts = added(discounts, other.discounts)
        shipping = added(shipping, other.shipping)
        service = added(service, other.service)
    }
}
