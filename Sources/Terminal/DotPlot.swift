/// A plot of points and lines in dots of Braille: two dots a column, four a line of text.
public struct DotPlot: Sendable {
    /// The columns and lines that the dots fill.
    public let columns: Int
    /// The lines.
    public let rows: Int
    private var cells: [UInt8]

    /// A plot without a dot yet.
    public init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        cells = Array(repeating: 0, count: self.columns * self.rows)
    }

    /// The bits of the eight dots of a cell, by column and then line: Unicode's block 2800.
    private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

    /// Sets the dot at fractions of the width and of the height, 0 to 1 from the lower left corner.
    public mutating func dot(_ x: Double, _ y: Double) {
        guard x.isFinite, y.isFinite, (0...1).contains(x), (0...1).contains(y) else { return }
        set(Int((x * Double(2 * columns - 1)).rounded()), Int(((1 - y) * Double(4 * rows - 1)).rounded()))
    }

    /// Draws a line between two points; `gap` leaves out so many dots after each one that is set.
    public mutating func line(
        from start: (x: Double, y: Double), to end: (x: Double, y: Double), gap: Int = 0
    ) {
        guard start.x.isFinite, start.y.isFinite, end.x.isFinite, end.y.isFinite else { return }
        let steps = max(
            1,
            Int(
                max(
                    abs(end.x - start.x) * Double(2 * columns - 1),
                    abs(end.y - start.y) * Double(4 * rows - 1)
                ).rounded()))
        for step in stride(from: 0, through: steps, by: gap + 1) {
            let part = Double(step) / Double(steps)
            dot(start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part)
        }
    }

    private mutating func set(_ x: Int, _ y: Int) {
        cells[y / 4 * columns + x / 2] |= Self.bits[x % 2][y % 4]
    }

    /// The lines of the plot, from top to bottom, all of the same width.
    public var lines: [String] {
        (0..<rows).map { row in
            String(
                String.UnicodeScalarView(
                    cells[(row * columns)..<((row + 1) * columns)].map { bits in
                        bits == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(bits)) ?? " "
                    }))
        }
    }
}
