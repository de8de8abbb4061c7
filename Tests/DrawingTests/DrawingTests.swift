import Drawing
import Events
import Foundation
import FoundationXML
import Projection
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
