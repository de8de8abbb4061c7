public import Events

/// Everything that a ledger holds about one customer, and what shows that it is so: for a request for access, or
/// a dispute.
public struct Evidence: Sendable {
    /// The customer who answers.
    public let customer: String
    /// `{customer, aliases, origin, zone, currency, events [entries of a trail], views {VIEW: {…}}, explanations
    /// [as of `explain`], size, root, effective_at, position, token}`, personal values opened.
    public let account: JSONValue
    /// The bundle of `prove customer`: sealed lines with their proofs, checkpoint and statement.
    public let proof: JSONValue
    /// The signed checkpoint, as a note.
    public let checkpoint: String
    /// The key that the checkpoint is checked with: `name+id+key`.
    public let publicKey: String
}

extension Ledger {
    /// The evidence about one customer as it is known at the last signed checkpoint.
    ///
    /// - Throws: `notFound`; `notAllowed` where nothing is signed yet or the statement cannot be.
    public func evidence(of id: String) async throws(LedgerError) -> Evidence {
        let proof = try await proveCustomer(id)
        let signed = try await checkpoint()
        let size = UInt64(signed["size"]?.integerValue ?? 0)
        let page = try await customer(id, at: Question(knownAt: .position(size)))
        var query = TrailQuery()
        query.customer = id
        query.known = size
        var account = JSONObject([
            ("customer", page["customer"] ?? .null), ("aliases", page["aliases"] ?? .null),
            ("origin", .string(origin)), ("zone", .string(zone.identifier)), ("currency", .string(currency)),
            ("size", .number(Double(size))), ("root", signed["root"] ?? .null),
        ])
        for name in ["effective_at", "known_at", "position", "token", "policy"] {
            account[name] = page[name] ?? .null
        }
        account["events"] = .array(try await trail(query).entries)
        var views = JSONObject()
        var explanations: [JSONValue] = []
        for view in Self.views {
            guard let row = page[view.name] else { continue }
            views[view.name] = row
            for path in view.headline where row.value(at: path) != nil {
                let field = "\(view.name).\(path)"
                let question = Question(knownAt: .position(size))
                explanations.append(try await explain(id, field, at: question).answer)
            }
        }
        account["views"] = .object(views)
        account["explanations"] = .array(explanations)
        return Evidence(
            customer: page["customer"]?.stringValue ?? id, account: .object(account), proof: proof,
            checkpoint: proof["checkpoint"]?.stringValue ?? "", publicKey: try publicKey())
    }
}
