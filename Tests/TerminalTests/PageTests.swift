import Events
import Terminal
import Testing

struct PageTests {
    private func page(columns: Int?) -> Page {
        Page(
            stream: StreamCapabilities(
                isTerminal: columns != nil, columns: columns, environment: ["NO_COLOR": "1"]),
            text: FieldText())
    }

    private let view: JSONObject = JSONObject([
        ("tier", "A"), ("net_revenue", ["amount": "1234.50", "currency": "GBP"]), ("purchases", 63),
        ("recency_days", 12), ("rfm", ["r": 5, "f": 4, "m": 5, "group": "champions"]), ("clv", nil),
        (
            "reasons",
            [
                ["code": "overdue", "text": "bought every 14 days until May", "n": 3],
                ["code": "complaint", "text": "an open complaint", "n": 1],
            ]
        ),
    ])

    @Test func aWideTerminalShowsPairsInColumns() {
        #expect(
            page(columns: 80).lines(of: view) == [
                "  Tier         A               Recency      12 days",
                "  Net revenue  1,234.50 GBP    CLV          —",
                "  Purchases    63",
                "  RFM          r 5 · f 4 · m 5 · group champions",
                "",
                "  Reasons",
                "    Code       Text                            N",
                "    ─────────  ──────────────────────────────  ─",
                "    overdue    bought every 14 days until May  3",
                "    complaint  an open complaint               1",
            ])
    }

    @Test(arguments: 30...140)
    func noLineIsWiderThanTheTerminal(columns: Int) {
        for line in page(columns: columns).lines(of: view) {
            #expect(DisplayWidth.columns(of: line) <= columns, "\(line)")
        }
    }

    @Test func groupsWithinGroupsAreNamedAndWordsThatAreNoPluralsAreNot() {
        let report = JSONObject([
            (
                "breaches",
                [
                    "price": ["customers": 2, "tiers": ["A": 1, "B": 1]],
                    "quality": ["customers": 1, "tiers": ["A": 0, "B": 1]],
                ]
            ), ("business", ["median": 4, "p90": 9]),
        ])
        let lines = page(columns: 80).lines(of: report)
        #expect(lines.contains { $0.hasPrefix("  Breach ") })
        #expect(lines.contains { $0.contains("A 1 · B 1") } && lines.contains { $0.contains("A 0 · B 1") })
        #expect(lines.contains { $0.contains("median 4 min · p90 9 min") })
    }

    @Test func groupsAreATableWithBars() {
        let report = JSONObject([
            ("n", 3), ("gini", 0.5123),
            (
                "tiers",
                [
                    "A": ["customers": 1, "value": ["amount": "80.00", "currency": "GBP"], "share": 0.8],
                    "none": ["customers": 2, "value": ["amount": "20.00", "currency": "GBP"], "share": 0.2],
                ]
            ),
            ("stages", ["loyal": 3, "churned": 1]),
        ])
        #expect(
            page(columns: 60).lines(of: report) == [
                "  N     3        Gini  0.512",
                "",
                "  Tier  Customers      Value  Share",
                "  ────  ─────────  ─────────  ─────",
                "  A             1  80.00 GBP  80.0%  ███████████████████████",
                "  none          2  20.00 GBP  20.0%  █████▊",
                "",
                "  Stage",
                "  ───────  ─",
                "  loyal    3  ████████████████████████████████████████",
                "  churned  1  █████████████▍",
            ])
    }

    @Test func anObjectWithinAGroupIsShownByItsFirstMember() {
        let report = JSONObject([
            (
                "dimensions",
                [
                    "product": ["n": 10, "csat": ["top2": 0.574, "n": 7], "ces": ["mean": nil, "n": 0]],
                    "service": ["n": 5, "csat": ["top2": 0.614, "n": 5], "ces": ["mean": 4.75, "n": 2]],
                ]
            )
        ])
        #expect(
            page(columns: 60).lines(of: report) == [
                "  Dimension   N   CSAT   CES",
                "  ─────────  ──  ─────  ────",
                "  product    10  57.4%     —  ██████████████████████████████",
                "  service     5  61.4%  4.75  ███████████████",
            ])
    }

    @Test func whatIsNotAlikeIsNoListAndOneMeasureHasTheBars() {
        let report = JSONObject([
            ("nobody_buys", ["total_error": -1, "rmse": 4.55]),
            ("contacts", ["logged": 1_164, "share": 0.376]),
            (
                "owners",
                [
                    "a": ["overdue": 320, "on_time_share": 0.8], "b": ["overdue": 1, "on_time_share": nil],
                ]
            ),
        ])
        #expect(
            page(columns: 80).lines(of: report) == [
                "  Nobody buys  total error -100.0% · RMSE 4.55",
                "  Contacts     logged 1,164 · share 37.6%",
                "",
                "  Owner  Overdue  On time share",
                "  ─────  ───────  ─────────────",
                "  a          320          80.0%  ████████████████████████████████████████",
                "  b            1              —",
            ])
    }

    @Test func aSeriesIsATableOrCourses() {
        let points: [JSONValue] = (1...12).map { month in
            [
                "effective_at": .string("2017-\(month < 10 ? "0" : "")\(month)-28"),
                "customers": .number(Double(month * 10)),
            ]
        }
        #expect(page(columns: 60).series(points, time: "effective_at").last == "  2017-12-28          120")
        let wide: [JSONValue] = (1...12).map { month in
            .object(
                JSONObject(
                    [("effective_at", .string("2017-\(month < 10 ? "0" : "")\(month)-28"))]
                        + (0..<9).map { ("field_\($0)", .number(Double(month * $0))) }))
        }
        let lines = page(columns: 60).series(wide, time: "effective_at")
        #expect(lines.first == "           2017-01-28  course        2017-12-28")
        #expect(lines.last == "  Field 8           8  ▁▂▂▃▄▄▅▅▆▇▇█          96")
    }
}
