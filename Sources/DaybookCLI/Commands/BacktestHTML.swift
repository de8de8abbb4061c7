import Daybook
import Drawing
import Events
import Terminal

/// A backtest as a page of HTML: how predictions and what followed agree, and the figures.
struct BacktestHTML {
    private let family: ModelFamily
    private let answer: JSONValue
    private let zone: Zone

    init(_ family: ModelFamily, _ answer: JSONValue, zone: Zone) {
        self.family = family
        self.answer = answer
        self.zone = zone
    }

    /// Writes the page, over a file of that name.
    func write(to path: String) throws {
        let at = answer["at"]?.stringValue ?? ""
        let days = answer["horizon_days"]?.integerValue ?? 0
        var page = HTMLPage(
            title: "Backtest: \(family.rawValue)",
            point: "predicted at \(at), \(Figures.counted(days, "day")) ahead", zone: zone)
        page.add(report: answer, charts: BacktestCharts.all, hidden: ["series"])
        let series = (answer["series"]?.arrayValue ?? []).map { entry in
            var row = entry.objectValue ?? JSONObject()
            for name in ["deciles", "horizon_days", "baselines"] { row[name] = nil }
            return JSONValue.object(row)
        }
        if !series.isEmpty {
            page.add(heading: "Over time")
            page.add(records: series)
        }
        let writer = try StreamWriter(creating: path)
        try writer.write(
            page.document(
                footer: "The same figures again: daybook backtest \(family.rawValue) --at \(at) "
                    + "--horizon \(days)d"))
        try writer.flush()
        Console.talk.say("Wrote \(path)")
    }
}
