import Projection

extension Ledger {
    /// A field must begin with one of some views and one of its members: a misspelt one would hold for nobody, and
    /// never change. What lies deeper may depend on the customer.
    ///
    /// - Throws: `notFound` where there is no such view; `usage` where it has no such member.
    static func check(_ field: String, in models: [RegisteredReadModel]) throws(LedgerError) {
        let name = viewName(field)
        guard let model = models.first(where: { $0.name == name && !$0.isReportOnly }) else {
            throw LedgerError(
                .notFound,
                "there is no view \(name); there are "
                    + models.filter { !$0.isReportOnly }.map(\.name).joined(separator: ", "))
        }
        let path = field.dropFirst(name.count + 1)
        guard !path.isEmpty, model.rules.rule(for: String(path)) == nil else { return }
        var members: [String] = []
        for rule in model.rules {
            let member = rule.path.split(separator: ".").first.map(String.init) ?? ""
            if !members.contains(member) { members.append(member) }
        }
        throw LedgerError(
            .usage, "there is no field \(field): \(name) has \(members.joined(separator: ", "))")
    }
}
