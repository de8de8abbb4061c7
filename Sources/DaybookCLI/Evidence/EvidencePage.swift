import Daybook
import Events
import Terminal

/// Evidence about one customer as a page that needs nothing but itself: no script, no font, no network.
struct EvidencePage {
    private let evidence: Evidence
    private let account: JSONValue
    private let text: FieldText

    init(_ evidence: Evidence, zone: Zone) {
        self.evidence = evidence
        account = evidence.account
        text = FieldText(zone: zone)
    }

    /// The page.
    var html: String {
        var page = HTMLWriter()
        page.element("title", "Evidence about \(evidence.customer)")
        page.element("main") { main in
            head(&main)
            views(&main)
            events(&main)
            proofs(&main)
        }
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            \(Self.style)
            </style>
            \(page.html)</html>

            """
    }

    // MARK: Parts

    private func head(_ page: inout HTMLWriter) {
        page.element("h1", "What the ledger holds about \(evidence.customer)")
        let aliases = account["aliases"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let count = account["events"]?.arrayValue?.count ?? 0
        var facts = [
            ["Customer", evidence.customer], ["Ledger", string("origin")],
            ["Events about the customer", Figures.counted(count, "event")],
            ["As of", shown(account["effective_at"], "effective_at") + ", days in " + string("zone")],
            [
                "Known",
                "all that was recorded in the first "
                    + Figures.counted(account["size"]?.integerValue ?? 0, "event") + " of the ledger",
            ],
        ]
        if !aliases.isEmpty { facts.insert(["Also known as", aliases.joined(separator: ", ")], at: 1) }
        page.element("dl") { list in
            for fact in facts {
                list.element("dt", fact[0])
                list.element("dd", fact[1])
            }
        }
        page.element("nav") { nav in
            for (target, title) in [
                ("views", "What follows from it"), ("events", "What happened"), ("proofs", "How to check it"),
            ] { nav.element("a", title, "href=\"#\(target)\"") }
        }
    }

    private func views(_ page: inout HTMLWriter) {
        page.element("h2", "What follows from it", "id=\"views\"")
        page.element(
            "p", "Every value is computed from the events below, by rules that are the same for everybody.")
        let explanations = account["explanations"]?.arrayValue ?? []
        for member in account["views"]?.objectValue ?? JSONObject() {
            page.element("section") { section in
                section.element("h3", FieldName(member.name).label)
                let rows = Self.leaves(of: member.value).map { leaf in
                    [FieldName.label(ofPath: leaf.path), shown(leaf.value, leaf.path)]
                }
                section.table(["Field", "Value"], rows)
                for explanation in explanations
                where explanation["field"]?.stringValue?.hasPrefix(member.name + ".") == true {
                    self.explanation(explanation, &section)
                }
            }
        }
    }

    private func explanation(_ explanation: JSONValue, _ page: inout HTMLWriter) {
        let field = explanation["field"]?.stringValue ?? ""
        let value = shown(explanation["value"], field)
        page.element("details") { details in
            details.element("summary", "Why is “\(FieldName.label(ofPath: field))” \(value)?")
            if let rule = explanation["rule"]?.stringValue { details.element("p", rule) }
            if let source = explanation["source"]?.stringValue { details.element("p", "Source: \(source)") }
            let parameters = explanation["parameters"]?.objectValue ?? JSONObject()
            if !parameters.isEmpty {
                details.table(
                    ["Parameter", "Value"], parameters.map { [$0.name, JSONText.compact($0.value)] })
            }
            let steps = explanation["steps"]?.arrayValue ?? []
            if !steps.isEmpty {
                details.table(
                    ["Event", "When", "Before", "After"],
                    steps.map { step in
                        [
                            step["event"]?.integerValue.map { "@\($0)" }
                                ?? (step["by"] == "population" ? "all customers" : "time passed"),
                            shown(step["time"], "time"), shown(step["before"], field),
                            shown(step["after"], field),
                        ]
                    })
            }
            if explanation["recomputed"] != .bool(true) {
                details.element("p", "The steps do not lead to this value. Ask why.", "class=\"bad\"")
            }
        }
    }

    private func events(_ page: inout HTMLWriter) {
        page.element("h2", "What happened", "id=\"events\"")
        page.element(
            "p", "In the order in which it was recorded. Corrections and withdrawals are events of their own."
        )
        page.element("table", "class=\"events\"") { table in
            table.element("thead") { part in
                part.element("tr") { row in
                    for title in ["", "Happened", "Recorded", "What", "By", "Data"] {
                        row.element("th", title)
                    }
                }
            }
            table.element("tbody") { part in
                for event in account["events"]?.arrayValue ?? [] { self.row(event, &part) }
            }
        }
    }

    private func row(_ event: JSONValue, _ page: inout HTMLWriter) {
        let position = event["position"]?.integerValue ?? 0
        page.element("tr", "id=\"e\(position)\"") { row in
            row.element("td", "@\(position)")
            row.element("td", shown(event["time"], "time"))
            row.element("td", shown(event["recorded_at"], "recorded_at"))
            row.element("td", event["type"]?.stringValue ?? "")
            row.element("td", event["actor"]?.stringValue ?? event["source"]?.stringValue ?? "")
            row.element("td") { cell in
                cell.element("dl") { list in
                    for leaf in Self.leaves(of: event["data"] ?? .null) {
                        list.element("dt", FieldName.label(ofPath: leaf.path))
                        list.element("dd", shown(leaf.value, leaf.path))
                    }
                }
            }
        }
    }

    private func proofs(_ page: inout HTMLWriter) {
        page.element("h2", "How to check it", "id=\"proofs\"")
        page.element(
            "p",
            "proof.json holds every event as the ledger stores it, with the hashes that lead from it to the root "
                + "that the ledger signed, and its signed statement that there are no others. Personal values are "
                + "encrypted there. Nothing can be changed, taken away or slipped in without the check failing."
        )
        page.element("ol") { list in
            list.element(
                "li",
                "Ask somebody you trust for the ledger's public key, and compare it with the one below. A key that "
                    + "came with the evidence proves nothing.")
            list.element("li", "With Daybook: daybook check-proof proof.json --key KEY")
            list.element(
                "li",
                "Without it, by Python alone: python3 verify.py proof proof.json --key KEY. It is one file, "
                    + "tools/verify.py in Daybook's sources, written from the published standards.")
            list.element(
                "li",
                "If you keep an earlier checkpoint of this ledger, ask for a proof that it still begins with "
                    + "what that one states: daybook prove consistency --from FILE")
        }
        page.element("h3", "Public key")
        page.preformatted(evidence.publicKey)
        page.element("h3", "Checkpoint")
        page.preformatted(evidence.checkpoint)
    }

    // MARK: Values

    /// Values with their dotted paths; an amount of money is one value.
    private static func leaves(of value: JSONValue, at path: String = "") -> [(
        path: String, value: JSONValue
    )] {
        guard case .object(let object) = value, path.isEmpty || FieldText.money(in: object) == nil else {
            return value == .null && path.isEmpty ? [] : [(path, value)]
        }
        return object.flatMap { leaves(of: $0.value, at: path.isEmpty ? $0.name : "\(path).\($0.name)") }
    }

    private func string(_ name: String) -> String { account[name]?.stringValue ?? "" }

    private func shown(_ value: JSONValue?, _ path: String) -> String {
        text.text(value ?? .null, named: FieldName(path))
    }

    private static let style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
        h1 { font-size: 1.7rem; } h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; }
        dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
        nav a { margin-right: 1.5rem; } nav { margin-top: 1rem; }
        table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
        thead th { background: var(--soft); position: sticky; top: 0; }
        section > table { max-width: 44rem; } section > table td:first-child { width: 18rem; }
        details table { width: auto; } details td { white-space: nowrap; }
        .events td:nth-child(-n+3) { white-space: nowrap; }
        details { margin: .4rem 0; padding: .4rem .8rem; background: var(--soft); border-radius: .4rem; }
        summary { cursor: pointer; font-weight: 600; }
        pre { background: var(--soft); padding: .8rem; overflow-x: auto; }
        .bad { color: #c22; font-weight: 600; }
        @media print { details { display: block; } thead th { position: static; } }
        """
}
