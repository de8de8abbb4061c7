public import Events
public import Projection

extension AcquisitionModel {
    /// What customers of one origin come to.
    private struct Origin {
        var customers = 0
        var leads = 0
        var converted = 0
        var cost: Int64 = 0
        var times = ConversionTime()
        /// The margin of the first 365 days of the converted; nil where one is not known.
        var margin: Int64? = 0
    }

    /// Nothing is needed of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// The local day of the first purchase, where it came within the window after the first lead.
    private func conversion(_ state: State, _ figures: AccountFigures) -> Int32? {
        guard state.leads > 0, figures.isConverted else { return nil }
        let days = Int64(figures.firstDay) - Int64(state.capturedOn)
        return days >= 0 && days <= Int64(windowDays) ? figures.firstDay : nil
    }

    /// One customer's row, as in DOMAIN.md section 25.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let run = base.run(of: Self.self)
        let measure = run.measures[index]
        let value = base.measures(ProfitModel.self)[index]
        return [
            "origin": base.context.text(of: measure.origin).map { .string($0) } ?? nil,
            "captured_on": Answer.day(measure.state.leads > 0 ? measure.state.capturedOn : nil),
            "converted_on": Answer.day(run.projector.conversion(measure.state, value)),
            "cost": Answer.money(measure.state.cost, base.context.currency),
        ]
    }

    /// The population report: what each origin brings.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let run = base.run(of: Self.self)
        let values = base.measures(ProfitModel.self)
        var origins: [UInt32: Origin] = [:]
        var (inbound, followed) = (0, 0)
        for (index, measure) in run.measures.enumerated() {
            inbound += Int(measure.state.inbound)
            followed += Int(measure.state.followed)
            guard measure.origin != 0 || measure.state.leads > 0 else { continue }
            run.projector.add(measure, values[index], today: base.context.clock.day, to: &origins)
        }
        var named = JSONObject()
        let sorted = origins.map { (base.context.text(of: $0.key) ?? "", $0.value) }.sorted { $0.0 < $1.0 }
        for (name, origin) in sorted { named[name] = json(origin, base.context.currency) }
        let leads = origins.values.reduce(0) { $0 + $1.leads }
        let converted = origins.values.reduce(0) { $0 + $1.converted }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(leads)),
            "leads": Answer.count(leads),
            "converted": Answer.count(converted),
            "conversion": Answer.share(converted, of: leads),
            "origins": .object(named),
            "inbound_contacts": [
                "contacts": Answer.count(inbound), "followed": Answer.count(followed),
                "share": Answer.share(followed, of: inbound),
            ],
        ]
    }

    private func add(
        _ measure: Measure, _ value: AccountFigures, today: Int32, to origins: inout [UInt32: Origin]
    ) {
        var origin = origins[measure.origin] ?? Origin()
        origin.customers += 1
        origin.cost = added(origin.cost, measure.state.cost)
        if measure.state.leads > 0 {
            origin.leads += 1
            if let day = conversion(measure.state, value) {
                origin.converted += 1
                origin.times.add(day - measure.state.capturedOn, isOpen: false)
                if let margin = origin.margin, let first = value.firstYear.amount {
                    origin.margin = added(margin, first)
                } else {
                    origin.margin = nil
                }
            } else {
                origin.times.add(min(windowDays, today - measure.state.capturedOn), isOpen: true)
            }
        }
        origins[measure.origin] = origin
    }

    private static func json(_ origin: Origin, _ currency: Currency) -> JSONValue {
        [
            "customers": Answer.count(origin.customers),
            "leads": Answer.count(origin.leads),
            "converted": Answer.count(origin.converted),
            "conversion": Answer.share(origin.converted, of: origin.leads),
            "median_days": origin.times.median.map { Answer.count($0) } ?? nil,
            "cost": Answer.money(origin.cost, currency),
            "cost_per_converted": origin.converted > 0
                ? Answer.money(roundedQuotient(origin.cost, origin.converted), currency) : nil,
            "first_year_margin": origin.margin.map { Answer.money($0, currency) } ?? nil,
        ]
    }

    /// Costs are not negative: half a minor unit is rounded up.
    private static func roundedQuotient(_ cost: Int64, _ count: Int) -> Int64 {
        let (quotient, remainder) = cost.quotientAndRemainder(dividingBy: Int64(count))
        return remainder >= Int64(count) - remainder ? quotient + 1 : quotient
    }

    /// What each origin brings.
    public static var charts: [ChartSpec] {
        [
            ChartSpec(.bars, "Leads by origin", path: "origins", value: "leads"),
            ChartSpec(.bars, "Share of leads converted by origin", path: "origins", value: "conversion"),
            ChartSpec(
                .bars, "Cost of a converted lead by origin", path: "origins", value: "cost_per_converted"),
            ChartSpec(.line, "Share of leads converted", path: "conversion"),
        ]
    }

    /// Which rule makes which member of a row.
    public static let rules: [FieldRule] = [
        FieldRule(
            "origin", "Where the first lead came from; without a lead what the registration says.",
            source: "DOMAIN.md 25"),
        FieldRule("captured_on", "The day of the first lead.", source: "DOMAIN.md 25"),
        FieldRule(
            "converted_on",
            "The first purchase day that counts, where it is within the window after the first lead.",
            source: "DOMAIN.md 25", parameters: ["acquisition.window_days"]),
        FieldRule("cost", "What the customer's leads cost.", source: "DOMAIN.md 25"),
    ]
}
