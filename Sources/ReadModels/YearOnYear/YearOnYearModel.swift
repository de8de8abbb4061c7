public import Events
public import Projection

/// This year against the same span of the last: DOMAIN.md section 25.
public struct YearOnYearModel: ReadModel {
    /// The name of the view.
    public static let name = "year_on_year"
    /// The views that it reads.
    public static let uses = ["profit"]
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["class", "this_year"]

    /// The customers who changed are named.
    public static let reportNamesCustomers = true

    /// What became of a customer since last year.
    enum Change: String, CaseIterable {
        case stopped
        case halved
        case grown
        case new
        case steady
    }

    /// Nothing is needed of everybody.
    public struct Population: Codable, Sendable, Equatable {}

    /// In thousandths.
    private let halved: Int64
    private let grown: Int64

    /// A projector under the context's policy. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        halved = try context.policy.thousandths("year_on_year.halved")
        grown = try context.policy.thousandths("year_on_year.grown")
    }

    /// Forgets nothing.
    public mutating func begin() {}

    /// Takes nothing: the figures are those of `ProfitModel`.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {}

    /// Nothing.
    public mutating func finish() -> (state: NoState, measure: NoState) { (NoState(), NoState()) }

    /// Nothing is needed of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// What became of a customer; nil for those who never bought.
    func change(_ figures: AccountFigures) -> Change? {
        let this = Int128(figures.thisYear)
        let last = Int128(figures.lastYearSameSpan)
        if figures.purchases == 0 { return nil }
        if figures.purchasesLastYear > 0, figures.purchasesThisYear == 0 { return .stopped }
        if this > 0, this * 1_000 <= Int128(halved) * last { return .halved }
        if last > 0, this * 1_000 >= Int128(grown) * last { return .grown }
        if figures.purchasesThisYear > 0, figures.purchasesLastYear == 0 { return .new }
        return .steady
    }

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        row(base.measures(ProfitModel.self)[index], of: base)
    }

    private static func row(_ figures: AccountFigures, of base: Base) -> JSONValue {
        let currency = base.context.currency
        return [
            "this_year": Answer.money(figures.thisYear, currency),
            "last_year_same_span": Answer.money(figures.lastYearSameSpan, currency),
            "last_year": Answer.money(figures.lastYear, currency),
            "class": base.run(of: Self.self).projector.change(figures).map { .string($0.rawValue) } ?? nil,
        ]
    }

    /// The population report: the classes, and the hundred customers with most revenue last year who changed.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let projector = base.run(of: Self.self).projector
        var classes: [Change: (customers: Int, this: Int64, last: Int64)] = [:]
        var listed: [(index: Int, lastYear: Int64)] = []
        for (index, figures) in base.measures(ProfitModel.self).enumerated() {
            guard let change = projector.change(figures) else { continue }
            let sums = classes[change] ?? (0, 0, 0)
            classes[change] = (
                sums.customers + 1, added(sums.this, figures.thisYear),
                added(sums.last, figures.lastYearSameSpan)
            )
            if change != .steady { listed.append((index, figures.lastYear)) }
        }
        listed.sort { ($1.lastYear, $0.index) < ($0.lastYear, $1.index) }
        let currency = base.context.currency
        var named = JSONObject()
        for change in Change.allCases {
            let sums = classes[change] ?? (0, 0, 0)
            named[change.rawValue] = [
                "customers": Answer.count(sums.customers),
                "this_year": Answer.money(sums.this, currency),
                "last_year_same_span": Answer.money(sums.last, currency),
            ]
        }
        let customers: [JSONValue] = listed.prefix(100).map { item in
            var named = JSONObject([("customer", base.shownName(item.index))])
            let figures = row(base.measures(ProfitModel.self)[item.index], of: base)
            for member in figures.objectValue ?? JSONObject() { named[member.name] = member.value }
            return .object(named)
        }
        let count = classes.values.reduce(0) { $0 + $1.customers }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(count)),
            "classes": .object(named),
            "customers": .array(customers),
        ]
    }

    /// What became of customers.
    public static var charts: [ChartSpec] {
        [ChartSpec(.bars, "Customers against last year", path: "classes", value: "customers")]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule("this_year", "Net revenue from 1 January to the day asked about.", source: "DOMAIN.md 25"),
        FieldRule(
            "last_year_same_span",
            "Net revenue of the same days a year earlier; 29 February counts as the 28th.",
            source: "DOMAIN.md 25"),
        FieldRule("last_year", "Net revenue of the whole last calendar year.", source: "DOMAIN.md 25"),
        FieldRule(
            "class",
            "Stopped: bought last year and not this year; halved or grown: against the same span; new: "
                + "bought this year and not last; else steady.",
            source: "DOMAIN.md 25", parameters: ["year_on_year.halved", "year_on_year.grown"]),
    ]
}

extension Base {
    /// The name of a customer of this base in a report, null where names are not read.
    func shownName(_ index: Int) -> JSONValue {
        index < names.count ? .string(names[index]) : .null
    }
}
