import Events
import Terminal
import Testing

@Suite struct LabelTests {
    private static let labels = CodeLabels(
        ["tier": ["A": "VIP 重要客户", "B": ["en": "regular", "zh": "普通客户"]], "stage": ["prospect": "潜在客户"]],
        languages: ["zh"])

    @Test func codesAreCalledAsPeopleCallThem() {
        let text = FieldText(labels: Self.labels)
        #expect(text.text("A", named: FieldName("value.tier")) == "VIP 重要客户")
        #expect(text.text("B", named: FieldName("tier")) == "普通客户")
        #expect(text.text("C", named: FieldName("tier")) == "C")
        #expect(text.text("A", named: FieldName("grade")) == "A")
        #expect(FieldText().text("A", named: FieldName("tier")) == "A")
    }

    @Test func groupsOfAReportAreNamedToo() {
        let page = Page(
            stream: StreamCapabilities(isTerminal: false, columns: nil, environment: [:]),
            text: FieldText(labels: Self.labels))
        let lines = page.lines(of: JSONObject([("tiers", ["A": ["customers": 2], "C": ["customers": 1]])]))
        #expect(lines.contains { $0.contains("VIP 重要客户") })
        #expect(lines.contains { $0.contains("C") })
    }
}
