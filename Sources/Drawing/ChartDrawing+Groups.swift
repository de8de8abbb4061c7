import Events
import Projection
import Terminal

/// Who moved where, and who stayed.
extension ChartDrawing {
    static func flow(_ chart: ChartSpec, _ data: ChartData) -> String? {
        guard let matrix = data.report.value(at: chart.path)?.objectValue else { return nil }
        var moves: [(from: String, to: String, count: Double)] = []
        for row in matrix {
            for (name, value) in ChartData.counts(row.value) where value > 0 {
                moves.append((row.name, name, value))
            }
        }
        guard !moves.isEmpty else { return nil }
        let left = order(moves.map(\.from), keeping: matrix.map(\.name))
        let right = order(moves.map(\.to), keeping: matrix.map(\.name))
        let total = moves.map(\.count).reduce(0, +)
        let gap = 12.0
        var canvas = SVGCanvas(height: 420, title: chart.title)
        let room = canvas.height - 40 - gap * Double(max(left.count, right.count) - 1)
        func heights(_ names: [String], _ side: (String) -> Double) -> [String: (top: Double, height: Double)]
        {
            var places: [String: (top: Double, height: Double)] = [:]
            var y = 20.0
            for name in names {
                let height = side(name) / total * room
                places[name] = (y, height)
                y += height + gap
            }
            return places
        }
        let from = heights(left) { name in moves.filter { $0.from == name }.map(\.count).reduce(0, +) }
        let to = heights(right) { name in moves.filter { $0.to == name }.map(\.count).reduce(0, +) }
        let (start, end) = (150.0, canvas.width - 150)
        var leftDone: [String: Double] = [:]
        var rightDone: [String: Double] = [:]
        let colours = Dictionary(
            uniqueKeysWithValues: order(left + right, keeping: left).enumerated().map {
                ($1, SVGCanvas.colours[$0 % SVGCanvas.colours.count])
            })
        for target in right {
            for move in moves where move.to == target {
                guard let source = from[move.from], let goal = to[move.to] else { continue }
                let height = move.count / total * room
                let top = source.top + leftDone[move.from, default: 0]
                let bottom = goal.top + rightDone[move.to, default: 0]
                canvas.ribbon(
                    from: (start, top, top + height), to: (end, bottom, bottom + height),
                    colour: colours[move.from] ?? SVGCanvas.faint,
                    hint: "\(FieldName.title(of: move.from)) → \(FieldName.title(of: move.to)): "
                        + Figures.number(move.count))
                leftDone[move.from, default: 0] += height
                rightDone[move.to, default: 0] += height
            }
        }
        for (names, places, x, anchor, offset) in [
            (left, from, start - 10, SVGCanvas.Anchor.end, -8.0), (right, to, end, .start, 18.0),
        ] {
            let isLeft = anchor == .end
            for name in names {
                guard let place = places[name] else { continue }
                canvas.rectangle(
                    x: x, y: place.top, width: 10, height: max(1, place.height),
                    colour: colours[name] ?? SVGCanvas.faint)
                let count =
                    isLeft
                    ? moves.filter { $0.from == name } : moves.filter { $0.to == name }
                canvas.label(
                    "\(FieldName.title(of: name)) \(Figures.number(count.map(\.count).reduce(0, +)))",
                    at: (x + offset, place.top + place.height / 2 + 4), anchor: anchor, room: 130)
            }
        }
        return canvas.markup
    }

    private static func order(_ names: [String], keeping first: [String]) -> [String] {
        var result: [String] = []
        for name in first + names where names.contains(name) && !result.contains(name) { result.append(name) }
        return result
    }

    static func cohorts(_ chart: ChartSpec, _ data: ChartData) -> String? {
        let rows = data.cohorts(chart.path)
        guard let widest = rows.map(\.retention.count).max(), widest > 0 else { return nil }
        let cell = 22.0
        var canvas = SVGCanvas(
            width: 720, height: Double(rows.count) * cell + 40, title: chart.title)
        let width = min(44, (canvas.width - 150) / Double(widest))
        for month in 0..<widest where width > 18 || month.isMultiple(of: 3) {
            canvas.label(
                "\(month)", at: (150 + (Double(month) + 0.5) * width, 16), anchor: .middle,
                colour: SVGCanvas.faint, size: 11)
        }
        for (place, row) in rows.enumerated() {
            let y = 24 + Double(place) * cell
            canvas.label(String(row.cohort.prefix(7)), at: (8, y + 15))
            canvas.label(
                Figures.number(row.customers), at: (140, y + 15), anchor: .end, colour: SVGCanvas.faint)
            for (month, share) in row.retention.enumerated() {
                guard let share else { continue }
                canvas.rectangle(
                    x: 150 + Double(month) * width, y: y, width: width - 1, height: cell - 1,
                    colour: SVGCanvas.colours[0], opacity: 0.06 + 0.94 * min(1, max(0, share)),
                    hint: "\(row.cohort), month \(month): \(Figures.percent(share))")
                guard width > 18 else { continue }
                canvas.label(
                    Figures.fixed(share * 100, decimals: 0),
                    at: (150 + (Double(month) + 0.5) * width, y + 15), anchor: .middle,
                    colour: share > 0.5 ? "#ffffff" : SVGCanvas.ink, size: width > 30 ? 11 : 9)
            }
        }
        return canvas.markup
    }
}
