import Daybook
import Drawing
import Events
import Terminal

/// A report as a page of HTML: its pictures, its figures, and how to get the same page again.
struct ReportHTML {
    private let name: String
    private let answer: JSONValue
    private let zone: Zone

    init(_ name: String, _ answer: JSONValue, zone: Zone) {
        self.name = name
        self.answer = answer
        self.zone = zone
    }

    /// Writes the page, over a file of that name.
    func write(to path: String) throws {
        var point = PointLine.text(answer, text: FieldText(zone: zone))
        if let count = answer["n"]?.integerValue { point = Figures.counted(count, "customer") + ", " + point }
        var page = HTMLPage(title: FieldName(name).label, point: point, zone: zone)
        if answer["small_population"] == .bool(true) {
            page.add(paragraph: "Few customers: take shares and averages with caution.")
        }
        let charts = Ledger.views.first { $0.reportName == name }?.charts ?? []
        page.add(report: answer, charts: charts, hidden: ReportPage.bookkeeping)
        if let series = answer["series"]?.arrayValue, !series.isEmpty {
            page.add(heading: "Over time")
            page.add(records: series.map(Self.shown))
        }
        let token = answer["token"]?.stringValue ?? ""
        let writer = try StreamWriter(creating: path)
        try writer.write(
            page.document(footer: "The same figures again: daybook report \(name) --token \(token)"))
        try writer.flush()
        Console.talk.say("Wrote \(path)")
    }

    /// A point of the series without what the heading or another column says.
    private static func shown(_ point: JSONValue) -> JSONValue {
        var shown = JSONObject()
        for member in point.objectValue ?? JSONObject()
        where !["effective_at", "small_population"].contains(member.name) {
            shown[member.name] = member.value
        }
        return .object(shown)
    }
}
