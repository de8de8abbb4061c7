public import Events
public import Projection
import Terminal

/// A page that stands alone: one file of HTML with its style and pictures inside, that asks for nothing from
/// anywhere and can be read, printed and kept.
public struct HTMLPage: Sendable {
    /// What stands above everything.
    public let title: String
    /// Where and when the answer is from, as a line beneath the title.
    public let point: String
    private let text: FieldText
    private var body = ""

    /// A page without content yet. Moments are shown in `zone`; nil for UTC.
    public init(title: String, point: String, zone: Zone? = nil) {
        self.title = title
        self.point = point
        text = FieldText(zone: zone)
    }

    /// A report: its charts, then its figures and tables. Members named in `hidden` are left out.
    public mutating func add(report: JSONValue, charts: [ChartSpec], hidden: Set<String>) {
        for chart in charts {
            guard let picture = ChartDrawing.svg(chart, of: report) else { continue }
            body += "<figure>\n<figcaption>\(Markup.escaped(chart.title))</figcaption>\n\(picture)</figure>\n"
        }
        var figures = JSONObject()
        for member in report.objectValue ?? JSONObject() where !hidden.contains(member.name) {
            figures[member.name] = member.value
        }
        add(ChartText.withoutDrawn(figures, charts: charts), level: 2)
    }

    /// A heading.
    public mutating func add(heading: String, level: Int = 2) {
        body += "<h\(level)>\(Markup.escaped(heading))</h\(level)>\n"
    }

    /// A paragraph of plain text.
    public mutating func add(paragraph: String) {
        body += "<p>\(Markup.escaped(paragraph))</p>\n"
    }

    /// Text that is to be kept as it stands: a checkpoint, a key, a command.
    public mutating func add(verbatim: String) {
        body += "<pre>\(Markup.escaped(verbatim))</pre>\n"
    }

    /// An object: plain members as a list, groups and records as tables, the rest as sections.
    public mutating func add(_ object: JSONObject, level: Int) {
        var plain: [(String, JSONValue)] = []
        // Small things within a section stand in its list: a heading of their own would look like a section more.
        func isListed(_ value: JSONValue) -> Bool { isPlain(value) || (level > 2 && isSmall(value)) }
        for member in object where isListed(member.value) { plain.append((member.name, member.value)) }
        if !plain.isEmpty {
            body += "<dl>\n"
            for (name, value) in plain {
                let field = FieldName(name)
                let kind = FieldText.kind(of: field, in: object)
                body += "<div><dt>\(Markup.escaped(field.labelWithoutUnit))</dt>"
                body += "<dd>\(Markup.escaped(text.text(value, named: field, kind: kind)))</dd></div>\n"
            }
            body += "</dl>\n"
        }
        for member in object where !isListed(member.value) {
            add(heading: FieldName(member.name).label, level: min(level, 6))
            if case .array(let elements) = member.value {
                add(records: elements)
            } else if let groups = member.value.objectValue {
                if groups.allSatisfy({ $0.value.objectValue != nil && !isPlain($0.value) }) {
                    add(
                        records: groups.map { entry in
                            var record = JSONObject([
                                (member.name, JSONValue.string(FieldName.title(of: entry.name)))
                            ])
                            for part in entry.value.objectValue ?? JSONObject() {
                                record[part.name] = part.value
                            }
                            return .object(record)
                        })
                } else {
                    add(groups, level: level + 1)
                }
            }
        }
    }

    /// A table of records, its columns the dotted paths of their members.
    public mutating func add(records: [JSONValue]) {
        let flat = FlatRecords(records)
        guard !flat.paths.isEmpty else {
            add(paragraph: records.map { text.text($0, named: FieldName("")) }.joined(separator: ", "))
            return
        }
        let columns = PageColumns(flat, paths: flat.paths).columns.map { column in
            (column: column, isNumber: text.alignment(of: column.values) == .trailing)
        }
        body += "<table>\n<thead><tr>"
        for (column, isNumber) in columns {
            body += isNumber ? "<th class=\"n\">" : "<th>"
            body += "\(Markup.escaped(column.title))</th>"
        }
        body += "</tr></thead>\n<tbody>\n"
        for row in flat.rows.indices {
            body += "<tr>"
            for (column, isNumber) in columns {
                let name = FieldName(column.path)
                let shown = text.cell(column.values[row], named: name).text
                body += isNumber ? "<td class=\"n\">" : "<td>"
                body += "\(Markup.escaped(shown))</td>"
            }
            body += "</tr>\n"
        }
        body += "</tbody>\n</table>\n"
    }

    private func isPlain(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object): FieldText.money(in: object) != nil
        case .array(let elements): elements.allSatisfy { $0.objectValue == nil && $0.arrayValue == nil }
        case .null, .bool, .number, .string: true
        }
    }

    private func isSmall(_ value: JSONValue) -> Bool {
        guard let object = value.objectValue else { return false }
        return (1...3).contains(object.count) && object.allSatisfy { isPlain($0.value) }
    }

    /// The whole document. `footer` says how to get the same page again.
    public func document(footer: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Markup.escaped(title))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <header><h1>\(Markup.escaped(title))</h1><p>\(Markup.escaped(point))</p></header>
        <main>
        \(body)</main>
        <footer>\(Markup.escaped(footer))</footer>
        </body>
        </html>

        """
    }

    private static let style = """
        :root { color: #1f2933; background: #fff; font: 15px/1.5 system-ui, sans-serif; }
        body { max-width: 860px; margin: 2rem auto; padding: 0 1rem; }
        header { border-bottom: 2px solid #0072b2; margin-bottom: 1.5rem; }
        h1 { margin: 0; font-size: 1.6rem; } header p, footer { color: #52606d; font-size: .85rem; }
        h2, h3, h4, h5, h6 { margin: 1.6rem 0 .4rem; font-size: 1.1rem; }
        figure { margin: 1.5rem 0; } figcaption { font-weight: 600; margin-bottom: .4rem; }
        svg { max-width: 100%; height: auto; }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: .6rem; margin: 0; }
        dl div { border: 1px solid #e4e7eb; border-radius: 6px; padding: .5rem .75rem; }
        dt { color: #52606d; font-size: .8rem; } dd { margin: 0; font-size: 1.1rem; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; display: block; overflow-x: auto; }
        th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid #e4e7eb; white-space: nowrap; }
        th { color: #52606d; font-weight: 600; } td.n, th.n { text-align: right; }
        td.n { font-variant-numeric: tabular-nums; }
        pre { background: #f5f7fa; padding: .8rem; overflow-x: auto; font-size: .8rem; }
        footer { border-top: 1px solid #e4e7eb; margin-top: 2rem; padding-top: .6rem; overflow-wrap: anywhere; }
        @media print { body { margin: 0; max-width: none; } figure, table { break-inside: avoid; } }
        """
}
