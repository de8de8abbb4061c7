import Terminal

/// One direction of a plot: values, where they lie, and the round ones among them that are written down.
struct Axis {
    let low: Double
    let high: Double
    let start: Double
    let end: Double

    /// An axis from `start` to `end` (in points) that holds all values, its ends widened to round ones.
    init(holding values: [Double], from start: Double, to end: Double, includingZero: Bool = true) {
        let known = values.filter(\.isFinite) + (includingZero ? [0] : [])
        var low = known.min() ?? 0
        var high = known.max() ?? 1
        if low == high { high = low + (low == 0 ? 1 : abs(low)) }
        let step = Axis.step(for: high - low, about: 5)
        low = (low / step).rounded(.down) * step
        high = (high / step).rounded(.up) * step
        self.init(low: low, high: high, from: start, to: end)
    }

    /// An axis with given ends.
    init(low: Double, high: Double, from start: Double, to end: Double) {
        self.low = low
        self.high = high
        self.start = start
        self.end = end
    }

    /// Where a value lies.
    func place(_ value: Double) -> Double {
        start + (value - low) / (high - low) * (end - start)
    }

    /// The round values on the axis.
    var ticks: [Double] {
        let step = Axis.step(for: high - low, about: 5)
        let first = Int((low / step).rounded(.up))
        let last = Int((high / step + 1e-9).rounded(.down))
        guard first <= last else { return [] }
        return (first...last).map { Double($0) * step }
    }

    /// The step of 1, 2 or 5 times a power of ten that divides a span into about so many parts.
    private static func step(for span: Double, about parts: Double) -> Double {
        var power = 1.0
        let wanted = span / parts
        while power * 10 <= wanted { power *= 10 }
        while power > wanted { power /= 10 }
        for factor in [1.0, 2, 5] where factor * power >= wanted { return factor * power }
        return power * 10
    }
}

/// A plot: a frame with two axes on a canvas.
struct Plot {
    var canvas: SVGCanvas
    let x: Axis
    let y: Axis

    /// Draws the grid and what is written at it.
    init(
        title: String, height: Double = 300, x: (_ left: Double, _ right: Double) -> Axis,
        y: (_ bottom: Double, _ top: Double) -> Axis,
        xText: (Double) -> String?, yText: (Double) -> String, xTitle: String = "", yTitle: String = ""
    ) {
        canvas = SVGCanvas(height: height, title: title)
        let (left, right, top, bottom) = (64.0, canvas.width - 24, 24.0, height - 44)
        self.x = x(left, right)
        self.y = y(bottom, top)
        for tick in self.y.ticks {
            let place = self.y.place(tick)
            canvas.line((left, place), (right, place))
            canvas.label(
                yText(tick), at: (left - 8, place + 4), anchor: .end, colour: SVGCanvas.faint, size: 11)
        }
        for tick in self.x.ticks {
            guard let text = xText(tick) else { continue }
            let place = self.x.place(tick)
            canvas.line((place, bottom), (place, bottom + 4), colour: SVGCanvas.faint)
            canvas.label(
                text, at: (place, bottom + 18), anchor: .middle, colour: SVGCanvas.faint, size: 11)
        }
        canvas.line((left, bottom), (right, bottom), colour: SVGCanvas.faint)
        if !yTitle.isEmpty { canvas.label(yTitle, at: (left, 14), colour: SVGCanvas.faint, size: 11) }
        if !xTitle.isEmpty {
            canvas.label(
                xTitle, at: (right, height - 8), anchor: .end, colour: SVGCanvas.faint, size: 11)
        }
    }

    func point(_ xValue: Double, _ yValue: Double) -> (Double, Double) {
        (x.place(xValue), y.place(yValue))
    }
}
