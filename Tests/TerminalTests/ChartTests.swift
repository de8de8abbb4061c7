import Terminal
import Testing

struct ChartTests {
    @Test(
        arguments: [
            (0, ""), (1, "██████████"), (0.5, "█████"), (0.55, "█████▌"), (0.0001, "▏"), (2, "██████████"),
            (-1, ""),
            (.nan, ""),
        ] as [(Double, String)])
    func aBarIsDrawnInEighths(fraction: Double, expected: String) {
        #expect(Bar.text(fraction: fraction, columns: 10) == expected)
    }

    @Test func aSparklineGoesFromTheLowestToTheHighest() {
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text([5, nil, 10]) == "▁ █")
        #expect(Sparkline.text([3, 3]) == "▄▄")
        #expect(Sparkline.text([nil, nil]) == "")
        #expect(Sparkline.text([0, 0, 7, 7, 0, 0], limit: 3) == "▁█▁")
    }

    @Test func aChartAlignsLabelsValuesAndBars() {
        let chart = BarChart([
            .init(label: "champions", value: 200, note: "200"), .init(label: "客户", value: 50, note: "50"),
            .init(label: "none", value: 0, note: "0"),
        ])
        #expect(
            chart.lines(width: 30) == [
                "champions  200  ██████████████",
                "客户        50  ███▌",
                "none         0",
            ])
    }

    @Test func aHistogramHasRoundBordersAndCountsEveryValueOnce() {
        let histogram = Histogram([0, 3, 9.9, 10, 47, 50], atMost: 5)
        #expect(histogram.intervals.map(\.low) == [0, 10, 20, 30, 40])
        #expect(histogram.intervals.map(\.count) == [3, 1, 0, 0, 2])
        #expect(
            histogram.chart().lines(width: 24).first == "0 – 10   3  ████████████")
    }

    @Test func aHistogramOfAnythingIsComplete() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            let scale = Double.random(in: 0.0001...100_000, using: &random)
            let values = (0..<Int.random(in: 0...50, using: &random)).map { _ in
                Double.random(in: -scale...scale, using: &random)
            }
            let limit = Int.random(in: 1...20, using: &random)
            let histogram = Histogram(values, atMost: limit)
            #expect(histogram.intervals.map(\.count).reduce(0, +) == values.count, "seed \(seed)")
            #expect(histogram.intervals.count <= max(2, limit), "seed \(seed)")
        }
        #expect(Histogram([]).intervals.isEmpty)
        #expect(Histogram([7, 7, .nan]).intervals.map(\.count) == [2])
    }
}
