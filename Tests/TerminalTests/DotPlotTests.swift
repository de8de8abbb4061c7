import Terminal
import Testing

struct DotPlotTests {
    @Test func cornersAreTheOuterDots() {
        var plot = DotPlot(columns: 3, rows: 2)
        #expect(plot.lines == ["   ", "   "])
        for (x, y) in [(0.0, 0.0), (1, 1), (0, 1), (1, 0)] { plot.dot(x, y) }
        #expect(plot.lines == ["⠁ ⠈", "⡀ ⢀"])
    }

    @Test func aLineReachesItsEndsAndWhatIsOutsideIsLeftOut() {
        var plot = DotPlot(columns: 2, rows: 1)
        plot.line(from: (0, 0), to: (1, 1))
        #expect(plot.lines == ["⡠⠊"])
        plot.dot(.nan, 0)
        plot.dot(2, 0)
        plot.line(from: (0, .infinity), to: (1, 1))
        #expect(plot.lines == ["⡠⠊"])
    }

    @Test func gapsLeaveDotsOut() {
        var plot = DotPlot(columns: 4, rows: 1)
        plot.line(from: (0, 0), to: (1, 0), gap: 1)
        #expect(plot.lines == ["⡀⡀⡀⡀"])
    }
}
