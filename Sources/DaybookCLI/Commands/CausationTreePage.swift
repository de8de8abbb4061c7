import Daybook
import Events
import Terminal

/// A tree of causes and effects, drawn with lines.
struct CausationTreePage {
    private let tree: JSONValue
    private let page: Page

    init(_ tree: JSONValue, page: Page) {
        self.tree = tree
        self.page = page
    }

    /// The lines from the first cause down.
    var lines: [String] {
        var lines = [line(of: tree)]
        add(tree["caused"]?.arrayValue ?? [], indent: "", to: &lines)
        return lines
    }

    private func add(_ nodes: [JSONValue], indent: String, to lines: inout [String]) {
        for (number, node) in nodes.enumerated() {
            let isLast = number == nodes.count - 1
            lines.append(indent + (isLast ? "└─ " : "├─ ") + line(of: node))
            add(node["caused"]?.arrayValue ?? [], indent: indent + (isLast ? "   " : "│  "), to: &lines)
        }
    }

    private func line(of node: JSONValue) -> String {
        if let more = node["more"]?.integerValue {
            return "… and \(Figures.counted(UInt64(more), "event")) more"
        }
        guard let position = node["position"]?.integerValue else {
            return "\(shown(node["id"])) (not in this ledger)"
        }
        let time = page.text.text(node["time"] ?? .null, named: FieldName("time")).prefix(16)
        var parts = ["\(shown(node["type"])) \(shown(node["id"])) @\(position)", String(time)]
        if let customer = node["customer"], customer != .null { parts.append(shown(customer)) }
        if let actor = node["actor"], actor != .null { parts.append("by \(shown(actor))") }
        if node["drawn_above"] != nil { parts.append("(drawn above)") }
        let line = parts.joined(separator: "  ")
        return node["asked"] == nil ? line : TextStyle.good.apply(to: line, colour: page.stream.usesColour)
    }

    private func shown(_ value: JSONValue?) -> String { DisplayWidth.shown(value?.stringValue ?? "") }
}
