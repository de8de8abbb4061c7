import Terminal

/// Writes HTML in which every text is escaped.
struct HTMLWriter {
    /// What was written so far.
    private(set) var html = ""

    /// A text with the characters escaped that mean something in HTML, and control characters shown.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in DisplayWidth.shown(text) {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A text within an element.
    mutating func element(_ name: String, _ text: String, _ attributes: String = "") {
        html += "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(Self.escaped(text))</\(name)>\n"
    }

    /// Other elements within an element.
    mutating func element(
        _ name: String, _ attributes: String = "", _ body: (inout HTMLWriter) -> Void
    ) {
        html += "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\n"
        body(&self)
        html += "</\(name)>\n"
    }

    /// Text that keeps its lines, such as a signed note.
    mutating func preformatted(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            Self.escaped(String($0))
        }
        html += "<pre>" + lines.joined(separator: "\n") + "</pre>\n"
    }

    /// A table: the head, then the rows.
    mutating func table(_ head: [String], _ rows: [[String]]) {
        element("table") { table in
            table.element("thead") { part in
                part.element("tr") { row in for title in head { row.element("th", title) } }
            }
            table.element("tbody") { part in
                for cells in rows {
                    part.element("tr") { row in for cell in cells { row.element("td", cell) } }
                }
            }
        }
    }
}
