public import Events
import Projection

extension Ledger {
    /// Every view of one customer, joined under the seven heads of a profile: DOMAIN.md section 24.
    ///
    /// The members of ``customer(_:at:views:)``, with the rows under `heads`:
    /// `{profile: {VIEW: …}, persistency: …, profitability: …, performance: …, prospecting: …, product: …,
    /// promotion: …}`.
    ///
    /// - Throws: `notFound` where no event of the customer counts at that point.
    public func profile(of id: String, at question: Question) async throws(LedgerError) -> JSONValue {
        let answer = try await customer(id, at: question)
        var heads = Dictionary(grouping: catalogue.filter { !$0.isReportOnly }, by: \.head)
        var profile = JSONObject()
        let views = Set(catalogue.map(\.name))
        for member in answer.objectValue ?? JSONObject() where !views.contains(member.name) {
            profile[member.name] = member.value
        }
        var joined = JSONObject()
        for head in ProfileHead.allCases {
            let models = heads.removeValue(forKey: head) ?? []
            joined[head.rawValue] = .object(
                JSONObject(models.map { ($0.name, answer[$0.name] ?? .null) }))
        }
        profile["heads"] = .object(joined)
        return .object(profile)
    }
}
