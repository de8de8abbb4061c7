public import Events
public import Projection

/// What a customer owes, how late, and how fast they pay: DOMAIN.md section 24.
public struct CreditModel: ReadModel {
    /// The name of the view.
    public static let name = "credit"
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["grade", "overdue"]

    /// What is known of the customer, whatever the hour. Minor units of the reporting currency.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// All invoices.
        public var invoiced: Int64 = 0
        /// All payments.
        public var paid: Int64 = 0
        /// Invoices and payments without a rate.
        public var unconverted: Int64 = 0
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state = State()
        /// The unpaid part of invoices whose day has passed.
        public var overdue: Int64 = 0
        /// What was paid on invoices.
        public var settled: Int64 = 0
        /// The days from invoice to payment, weighted by amount; NaN without any.
        public var daysToPay: Double = .nan
        /// The most days that anything was late in the window.
        public var latest: Int32 = 0
        /// The grade: 0 for none, 1 to 4 for A to D.
        public var grade: Int32 = 0

        /// What is owed; negative where more was paid than invoiced.
        public var receivable: Int64 { added(state.invoiced, -state.paid) }
    }

    /// Sums over all customers, in minor units.
    public struct Population: Codable, Sendable, Equatable {
        /// Customers with an invoice.
        public var customers = 0
        /// By grade, A to D.
        public var grades = [0, 0, 0, 0]
    }

    static let gradeNames = ["A", "B", "C", "D"]

    private let clock: Clock
    private let bDays: Int32
    private let cDays: Int32
    private var account: CreditAccount
    private var hasAny = false

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        clock = context.clock
        bDays = Int32(clamping: try policy.whole("credit.b_days"))
        cDays = Int32(clamping: try policy.whole("credit.c_days"))
        account = CreditAccount(
            rates: context.rates,
            windowFrom: context.firstDay(ofTrailing: try policy.whole("credit.window_days")))
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if hasAny { account.begin() }
        hasAny = false
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .invoice {
            hasAny = true
            account.take(fact)
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var measure = Measure()
        guard hasAny else { return (measure.state, measure) }
        measure.state = State(
            invoiced: account.invoiced, paid: account.paid, unconverted: Int64(account.unconverted))
        let overdue = account.overdue(on: clock.day)
        measure.overdue = overdue.amount
        measure.settled = account.settled
        if account.settled > 0 {
            measure.daysToPay = Double(account.settledDays) / Double(account.settled)
        }
        measure.latest = max(account.latest, overdue.days)
        if account.hasInvoices {
            let late = measure.latest
            measure.grade = late <= 0 ? 1 : late <= bDays ? 2 : late <= cDays ? 3 : 4
        }
        return (measure.state, measure)
    }

    /// What the report needs.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        run.measures.reduce(into: Population()) { sums, measure in
            guard measure.grade > 0 else { return }
            sums.customers += 1
            sums.grades[Int(measure.grade) - 1] += 1
        }
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let measure = base.run(of: Self.self).measures[index]
        let currency = base.context.currency
        return [
            "receivable": Answer.money(measure.receivable, currency),
            "overdue": Answer.money(measure.overdue, currency),
            "days_to_pay": Answer.number(measure.daysToPay),
            "grade": measure.grade > 0 ? .string(gradeNames[Int(measure.grade) - 1]) : nil,
        ]
    }

    /// The population report.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let population = base.population(Self.self)
        let currency = base.context.currency
        var (receivable, overdue, settled, unconverted) = (Int64(0), Int64(0), Int64(0), Int64(0))
        var weighted = 0.0
        for measure in base.measures(Self.self) where measure.grade > 0 || measure.state.paid > 0 {
            receivable = added(receivable, measure.receivable)
            overdue = added(overdue, measure.overdue)
            settled = added(settled, measure.settled)
            unconverted += measure.state.unconverted
            if measure.settled > 0 { weighted += measure.daysToPay * Double(measure.settled) }
        }
        var grades = JSONObject()
        for (name, count) in zip(gradeNames, population.grades) { grades[name] = Answer.count(count) }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(population.customers)),
            "customers": Answer.count(population.customers),
            "receivable": Answer.money(receivable, currency),
            "overdue": Answer.money(overdue, currency),
            "overdue_share": receivable > 0 ? Answer.share(overdue, of: receivable) : nil,
            "days_to_pay": settled > 0 ? Answer.number(weighted / Double(settled)) : nil,
            "grades": .object(grades),
            "unconverted": Answer.count(unconverted),
        ]
    }

    /// How well customers pay.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Customers by grade", path: "grades"),
            ChartSpec(.bars, "Owed and overdue", path: "", only: ["receivable", "overdue"]),
            ChartSpec(.line, "Share of what is owed that is overdue", path: "overdue_share"),
        ]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule("receivable", "What was invoiced less what was paid.", source: "DOMAIN.md 24"),
        FieldRule(
            "overdue",
            "The unpaid part of invoices whose last day has passed. Payments fill the invoice they name, "
                + "then the oldest.",
            source: "DOMAIN.md 24"),
        FieldRule(
            "days_to_pay", "Days from invoice to payment, each weighted by the amount paid.",
            source: "DOMAIN.md 24"),
        FieldRule(
            "grade",
            "A: nothing overdue in the window; B, C: overdue for at most so many days; D: for more.",
            source: "DOMAIN.md 24", parameters: ["credit.window_days", "credit.b_days", "credit.c_days"]),
    ]
}
