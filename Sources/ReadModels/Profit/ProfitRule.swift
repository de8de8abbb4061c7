import Events
import Projection

/// What serving customers costs by the policy, in minor units of the reporting currency: DOMAIN.md section 14.
struct ProfitRule: Sendable {
    /// A contact on a channel: by the channel's code.
    let contacts: [UInt32: Int64]
    /// A complaint.
    let complaint: Int64
    /// A return.
    let purchaseReturn: Int64

    init(_ context: FoldContext) throws {
        let policy = context.policy
        var contacts: [UInt32: Int64] = [:]
        for (channel, cost) in try policy.numbersByName("profit.contact_costs") {
            // A channel that no event names has no code, and no contacts.
            guard cost > 0, let code = context.code(of: channel) else { continue }
            contacts[code] = context.currency.minorUnits(nearest: cost)
        }
        self.contacts = contacts
        complaint = context.currency.minorUnits(nearest: try policy.real("profit.complaint_cost"))
        purchaseReturn = context.currency.minorUnits(nearest: try policy.real("profit.return_cost"))
    }
}

extension Currency {
    /// An amount of a policy in minor units, rounded half up.
    func minorUnits(nearest amount: Double) -> Int64 {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        let scaled = amount * factor
        return Int64(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
}
