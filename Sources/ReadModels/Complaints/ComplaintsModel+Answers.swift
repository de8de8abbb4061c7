public import Events
public import Projection

extension ComplaintsModel {
    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        var sums = Population(opened: 0, open: 0, everResolved: 0, everReopened: 0)
        for measure in run.measures {
            sums.opened += Int(measure.state.opened)
            sums.open += Int(measure.state.open)
            sums.everResolved += Int(measure.state.everResolved)
            sums.everReopened += Int(measure.state.everReopened)
        }
        return sums
    }

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let state = base.run(of: Self.self).measures[index].state
        return [
            "opened": Answer.count(state.opened),
            "open": Answer.count(state.open),
            "resolved": Answer.count(state.resolved),
            "reopened": Answer.count(state.reopened),
            "breached": nil,
            "first_response": ["calendar": nil, "business": nil],
            "resolution": ["calendar": nil, "business": nil],
        ]
    }

    /// The population report, as in DOMAIN.md section 26.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let sums = base.population(Self.self)
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "opened": Answer.count(sums.opened),
            "open": Answer.count(sums.open),
            "reopen_rate": Answer.share(sums.everReopened, of: sums.everResolved),
            "breach_rate": nil,
            "first_response": ["median": nil, "p90": nil],
            "resolution": ["median": nil, "p90": nil],
        ]
    }
}
