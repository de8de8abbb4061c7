public import Events
import Projection
import ReadModels
import Views

extension Ledger {
    /// What people call codes at a point, by the member of answers that holds them: `{tier: {A: "VIP"}, stage: {…}}`
    /// (DOMAIN.md section 4.4). Answers keep the codes.
    ///
    /// They are those published for a dimension, and those of the policy's `labels`, which go before them: under
    /// the name of a member, or a code by itself (`labels: {A: VIP}`), which is then a tier, stage, position, band,
    /// or group.
    public func labels(at question: Question) async throws(LedgerError) -> JSONValue {
        try asking {
            let rules = try resolve(question).fold.rules
            var labels = JSONObject()
            func add(_ more: JSONValue?, to member: String) {
                var codes = labels[member]?.objectValue ?? JSONObject()
                for (code, label) in more?.objectValue ?? JSONObject() { codes[code] = label }
                labels[member] = .object(codes)
            }
            for act in rules.references {
                guard case .reference("dimension.published", let data) = act.content,
                    let member = data["dimension"]?.stringValue
                else { continue }
                add(data["labels"], to: member)
            }
            for (name, value) in rules.policy.parameters["labels"]?.objectValue ?? JSONObject() {
                let members = LabelledCodes.members(of: name)
                for member in members { add(.object(JSONObject([(name, value)])), to: member) }
                if members.isEmpty { add(value, to: name) }
            }
            return .object(labels)
        }
    }
}
