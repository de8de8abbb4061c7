import Drawing
import Events
import Foundation
import FoundationXML
import Projection
import Terminal
import Testing

@Suite("Pictures of reports")
struct DrawingTests {
    private static func json(_ text: String) -> JSONValue {
        do { return try JSONValue(parsing: text) } catch { preconditionFailure("\(error): \(text)") }
    }

    private static let series = json(
        #"""
        {"series": [
        {"on": "2024-01-31", "nps": {"score": 10, "low": -5, "high": 25}, 
         "stages": {"loyal": 1, "churned": 3}},
        {"on": "2024-02-29", "nps": {"score": 30, "low": 12, "high": 48}, 
         "stages": {"loyal": 2, "churned": 2}}]}
        """#)
    private static let curve = json(
        #"{"l": [{"customers": 0.5, "value": 0.1}, {"customers": 1, "value": 1}]}"#)

    /// A chart, a report with something to draw, and how many of its marks have a hint.
    private static let all: [(chart: ChartSpec, report: JSONValue, marks: Int)] = [
        (ChartSpec(.bars, "t", path: "a"), json(#"{"a": {"x": 3, "y": -1}}"#), 2),
        (ChartSpec(.bars, "t", path: "a", value: "n"), json(#"{"a": {"x": {"n": 3}, "y": {"n": 4}}}"#), 2),
        (
            ChartSpec(.bars, "t", path: "a", value: "n", labels: ["x", "y"]),
            json(#"{"a": [{"x": "tea", "y": "jam", "n": 2}, {"x": "tea", "y": "bread", "n": 1}]}"#), 2
        ),
        (
            ChartSpec(.bars, "t", path: "a", only: ["y", "x"]),
            json(#"{"a": {"x": 1, "y": {"amount": "3.00", "currency": "GBP"}, "z": 5}}"#), 2
        ),
        (
            ChartSpec(.intervals, "t", path: "a", value: "c.top2", interval: ("c.low", "c.high")),
            json(#"{"a": {"x": {"c": {"top2": 0.5, "low": 0.2, "high": 0.8}}, "y": {"c": {"top2": null}}}}"#),
            1
        ),
        (
            ChartSpec(.histogram, "t", path: "a"),
            json(#"{"a": [{"low": 0, "high": 5, "count": 2}, {"low": 5, "high": 10, "count": 1}]}"#), 2
        ),
        (ChartSpec(.line, "t", path: "nps.score", interval: ("nps.low", "nps.high")), series, 2),
        (ChartSpec(.stack, "t", path: "stages"), series, 2),
        (ChartSpec(.lorenz, "t", path: "l"), curve, 0),
        (ChartSpec(.whale, "t", path: "l"), curve, 0),
        (ChartSpec(.flow, "t", path: "f"), json(#"{"f": {"A": {"A": 5, "B": 2}, "B": {"A": 1}}}"#), 3),
        (
            ChartSpec(.calibration, "t", path: "d"),
            json(#"{"d": [{"predicted": 0.1, "observed": 0.2, "n": 9}]}"#), 1
        ),
        (
            ChartSpec(.cohorts, "t", path: "c"),
            json(#"{"c": [{"cohort": "2024-01", "customers": 9, "retention": [1, 0.4]}]}"#), 2
        ),
    ]

    @Test("every chart is well-formed, and draws each of its values", arguments: all.indices)
    func drawsEachValue(index: Int) throws {
        let drawn = Self.all[index]
        let svg = try #require(ChartDrawing.svg(drawn.chart, of: drawn.report))
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(svg.components(separatedBy: "<title>").count == drawn.marks + 2, "one hint each, and a title")
        #expect(!svg.contains("nan") && !svg.contains("inf\""))
    }

    @Test("where a report has nothing to draw, nothing is drawn", arguments: all.indices)
    func drawsNothing(index: Int) {
        #expect(ChartDrawing.svg(Self.all[index].chart, of: ["n": 1]) == nil)
    }

    @Test("the terminal shows each chart that its page does not show anyway", arguments: all.indices)
    func drawsInText(index: Int) throws {
        let drawn = Self.all[index]
        for columns in [40, 80, 200] {
            let stream = StreamCapabilities(isTerminal: true, columns: columns, environment: [:])
            let text = ChartText(stream: stream, text: FieldText())
            #expect(text.lines(of: ["n": 1], charts: [drawn.chart]).isEmpty)
            let lines = text.lines(of: drawn.report, charts: [drawn.chart])
            switch drawn.chart.kind {
            case .stack: #expect(lines.isEmpty)
            // A single prediction or month is no course.
            case .calibration: #expect(lines.isEmpty)
            default: #expect(lines.count > 2, "\(drawn.chart)")
            }
            let plain = ChartText(
                stream: StreamCapabilities(
                    isTerminal: true, columns: columns, environment: ["NO_COLOR": "1"]),
                text: FieldText())
            for line in plain.lines(of: drawn.report, charts: [drawn.chart]) {
                #expect(DisplayWidth.columns(of: line) <= columns, "\(line)")
            }
        }
    }

    @Test("a triangle of cohorts has a line each, shaded by what came back")
    func cohortTriangle() {
        let report = Self.json(
            #"""
            {"c": [{"cohort": "2024-01", "customers": 40, "retention": [1, 0.5, 0.25]},
            {"cohort": "2024-02", "customers": 8, "retention": [1, 0.125]}]}
            """#)
        let lines = ChartText(stream: .plain, text: FieldText())
            .lines(of: report, charts: [ChartSpec(.cohorts, "Retention", path: "c")])
        #expect(
            lines == [
                "", "Retention", "  first   customers   0   +1   +2 ", "  2024-01       40  100█  50█  25▓",
                "  2024-02        8  100█  13▒",
            ])
    }

    @Test("what a picture shows better is not printed again, and the rest is")
    func withoutDrawn() {
        let report = Self.json(#"{"gini": 0.5, "lorenz": [], "flows": {"stage": {}, "other": 1}}"#)
        let rest = ChartText.withoutDrawn(
            report.objectValue ?? JSONObject(),
            charts: [
                ChartSpec(.lorenz, "t", path: "lorenz"), ChartSpec(.flow, "t", path: "flows.stage"),
                ChartSpec(.bars, "t", path: "gini"),
            ])
        #expect(JSONValue.object(rest) == Self.json(#"{"gini": 0.5, "flows": {"other": 1}}"#))
    }

    @Test("of many bars the longest are drawn, in their order, and long names are cut")
    func manyBars() throws {
        var values = JSONObject()
        for number in 0..<60 { values["category \(number) with a very long name"] = .number(Double(number)) }
        let svg = try #require(
            ChartDrawing.svg(ChartSpec(.bars, "t", path: "a"), of: ["a": .object(values)]))
        #expect(svg.contains("36 more in the table below"))
        #expect(!svg.contains("category 35 ") && svg.contains("category 36 "))
        #expect(svg.contains("…</text>"))
    }

    @Test("a page says a unit once, and small things within a section have no section of their own")
    func pages() {
        var page = HTMLPage(title: "t", point: "p")
        page.add(
            report: Self.json(
                #"""
                {"waiting_days": 3, "ageing": {"1_to_3_days": 2, "over_3_days": 45},
                 "first_response": {"median": 502, "n": 4, "business": {"median": 46, "p90": 540}}}
                """#), charts: [], hidden: [])
        let document = page.document(footer: "f")
        for (label, shown) in [
            ("Waiting", "3 days"), ("1 to 3 days", "2"), ("Over 3 days", "45"), ("Median", "8 h 22 min"),
            ("Business", "median 46 min · p90 9 h 00 min"),
        ] {
            #expect(document.contains("<dt>\(label)</dt><dd>\(shown)</dd>"), "\(label)")
        }
        #expect(document.components(separatedBy: "<h2>").count == 3 && !document.contains("<h3>"))
    }

    @Test("what comes from events cannot become markup")
    func escapes() throws {
        let hostile = "<script>alert('x')</script>&\""
        let svg = try #require(
            ChartDrawing.svg(
                ChartSpec(.bars, hostile, path: "a"), of: ["a": .object(JSONObject([(hostile, 1)]))]))
        #expect(!svg.contains("<script"))
        var page = HTMLPage(title: hostile, point: hostile)
        page.add(
            report: .object(
                JSONObject([
                    ("a", .array([.object(JSONObject([("name", .string(hostile))]))])),
                    ("b", .string(hostile)),
                ])), charts: [], hidden: [])
        page.add(heading: hostile)
        page.add(paragraph: hostile)
        page.add(verbatim: hostile)
        let document = page.document(footer: hostile)
        #expect(!document.contains("<script") && document.contains("&lt;script&gt;"))
        #expect(!document.contains("http-equiv") && !document.contains("src="))
    }
}
