import Terminal

/// A drawing that grows element by element: Scalable Vector Graphics 1.1, nothing that needs a script, a font or a
/// file beside it.
struct SVGCanvas {
    /// Colours that people with colour blindness tell apart (Okabe and Ito 2008), in the order of use.
    static let colours = [
        "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#7f7f7f", "#b8a900",
    ]
    static let ink = "#1f2933"
    static let faint = "#7b8794"
    static let grid = "#e4e7eb"

    let width: Double
    let height: Double
    private let title: String
    private var body = ""

    init(width: Double = 720, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    /// Where a text stands against its point.
    enum Anchor: String {
        case start
        case middle
        case end
    }

    mutating func line(
        _ from: (Double, Double), _ to: (Double, Double), colour: String = SVGCanvas.grid, width: Double = 1,
        dashed: Bool = false
    ) {
        body += "<line x1=\"\(Self.text(from.0))\" y1=\"\(Self.text(from.1))\" x2=\"\(Self.text(to.0))\" "
        body += "y2=\"\(Self.text(to.1))\" stroke=\"\(colour)\" stroke-width=\"\(Self.text(width))\""
        body += dashed ? " stroke-dasharray=\"4 4\"/>\n" : "/>\n"
    }

    /// A rectangle; `hint` shows when a pointer rests on it.
    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, colour: String, opacity: Double = 1,
        hint: String? = nil
    ) {
        body += "<rect x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" width=\"\(Self.text(max(0, width)))\" "
        body += "height=\"\(Self.text(max(0, height)))\" fill=\"\(colour)\""
        if opacity < 1 { body += " fill-opacity=\"\(Self.text(opacity))\"" }
        body += hint.map { "><title>\(Markup.escaped($0))</title></rect>\n" } ?? "/>\n"
    }

    mutating func circle(at point: (Double, Double), radius: Double, colour: String, hint: String? = nil) {
        body +=
            "<circle cx=\"\(Self.text(point.0))\" cy=\"\(Self.text(point.1))\" r=\"\(Self.text(radius))\" "
        body += "fill=\"\(colour)\" fill-opacity=\"0.8\""
        body += hint.map { "><title>\(Markup.escaped($0))</title></circle>\n" } ?? "/>\n"
    }

    /// A line through points.
    mutating func polyline(_ points: [(Double, Double)], colour: String, width: Double = 2) {
        guard !points.isEmpty else { return }
        let text = points.map { "\(Self.text($0.0)),\(Self.text($0.1))" }.joined(separator: " ")
        body += "<polyline points=\"\(text)\" fill=\"none\" stroke=\"\(colour)\" "
        body += "stroke-width=\"\(Self.text(width))\" stroke-linejoin=\"round\"/>\n"
    }

    /// A filled area with these corners.
    mutating func area(_ points: [(Double, Double)], colour: String, opacity: Double, hint: String? = nil) {
        guard points.count > 2 else { return }
        let text = points.map { "\(Self.text($0.0)),\(Self.text($0.1))" }.joined(separator: " ")
        body += "<polygon points=\"\(text)\" fill=\"\(colour)\" fill-opacity=\"\(Self.text(opacity))\""
        body += hint.map { "><title>\(Markup.escaped($0))</title></polygon>\n" } ?? "/>\n"
    }

    /// A band that swings from one upright edge to another.
    mutating func ribbon(
        from left: (x: Double, top: Double, bottom: Double),
        to right: (x: Double, top: Double, bottom: Double),
        colour: String, hint: String
    ) {
        let middle = (left.x + right.x) / 2
        func point(_ x: Double, _ y: Double) -> String { "\(Self.text(x)) \(Self.text(y))" }
        body +=
            "<path d=\"M\(point(left.x, left.top)) C\(point(middle, left.top)), \(point(middle, right.top)), "
        body +=
            "\(point(right.x, right.top)) L\(point(right.x, right.bottom)) C\(point(middle, right.bottom)), "
        body += "\(point(middle, left.bottom)), \(point(left.x, left.bottom)) Z\" fill=\"\(colour)\" "
        body += "fill-opacity=\"0.45\"><title>\(Markup.escaped(hint))</title></path>\n"
    }

    /// A text; where it would be wider than `room`, its end is cut off.
    mutating func label(
        _ text: String, at point: (Double, Double), anchor: Anchor = .start, colour: String = SVGCanvas.ink,
        size: Double = 12, room: Double = .infinity
    ) {
        // A column of a terminal is about as wide as six tenths of the height of the letters.
        let columns = room.isFinite ? Int(room / (size * 0.58)) : Int.max
        let text = DisplayWidth.truncated(text, to: columns)
        body +=
            "<text x=\"\(Self.text(point.0))\" y=\"\(Self.text(point.1))\" text-anchor=\"\(anchor.rawValue)\" "
        body += "fill=\"\(colour)\" font-size=\"\(Self.text(size))\">\(Markup.escaped(text))</text>\n"
    }

    /// The whole drawing.
    var markup: String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.text(width)) \(Self.text(height))\" "
            + "width=\"\(Self.text(width))\" height=\"\(Self.text(height))\" role=\"img\" "
            + "font-family=\"system-ui, sans-serif\">\n<title>\(Markup.escaped(title))</title>\n\(body)</svg>\n"
    }

    /// A coordinate: a tenth of a pixel is as fine as anybody sees.
    private static func text(_ number: Double) -> String {
        let text = Figures.fixed(number.isFinite ? number : 0, decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

/// Text within markup.
enum Markup {
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
