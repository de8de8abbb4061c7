import Events
public import Projection

/// What campaigns did: treated customers against a control group, before and after. DOMAIN.md section 24.
public struct CampaignModel: ReadModel {
    /// The name of the view.
    public static let name = "campaign"
    /// The version of the rules.
    public static let version = 1
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.promotion

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// How many campaigns the customer was targeted by.
        public var targeted: Int32 = 0
    }

    /// Nothing is needed of others.
    public struct Population: Codable, Sendable, Equatable {}

    /// A customer's part in a campaign.
    struct Part: Sendable {
        /// The code of the campaign.
        var code: UInt32
        /// The place in `campaigns`, or -1 for one that was never started.
        var campaign: Int32
        var isControl: Bool
        /// The local day of the targeting.
        var day: Int32
        var before = CampaignTally()
        var after = CampaignTally()
    }

    let campaigns: [Campaign]
    let draws: Int
    private let rates: Rates
    private var ledger: PurchaseLedger
    private var own: [Part] = []
    /// What may lie in a campaign's stretches: kept until it is known whether the customer was targeted.
    private var facts: [Fact] = []

    /// The parts of all customers so far.
    private(set) var parts = CustomerLists<Part>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        campaigns = try Campaign.all(context)
        draws = try context.policy.whole("campaign.draws")
        rates = context.rates
        ledger = PurchaseLedger(rates: context.rates)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !own.isEmpty { own.removeAll(keepingCapacity: true) }
        if !facts.isEmpty { facts.removeAll(keepingCapacity: true) }
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        switch fact.kind {
        case .purchase, .refund, .survey, .complaint:
            if !campaigns.isEmpty { facts.append(copy fact) }
        case .campaignTarget: target(fact)
        default: break
        }
    }

    private mutating func target(_ fact: borrowing Fact) {
        let code = fact.code
        own.removeAll { $0.code == code }
        let campaign = campaigns.firstIndex { $0.code == code }
        own.append(
            Part(
                code: code, campaign: Int32(campaign ?? -1), isControl: fact.detail == 2, day: fact.day))
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        for place in own.indices where own[place].campaign >= 0 { count(place) }
        for part in own { parts.append(part) }
        parts.endCustomer()
        let state = State(targeted: Int32(own.count))
        return (state, state)
    }

    private mutating func count(_ place: Int) {
        let campaign = campaigns[Int(own[place].campaign)]
        var tallies = [CampaignTally(), CampaignTally()]
        var answers: [(key: UInt64, stretch: Int, points: Int64)] = []
        ledger.begin()
        for fact in facts {
            let stretch = campaign.stretch(of: fact.day)
            switch fact.kind {
            case .purchase:
                ledger.purchase(fact)
                if let stretch, let amount = amount(of: fact) {
                    tallies[stretch].net = added(tallies[stretch].net, amount)
                }
            case .refund:
                ledger.refund(fact)
                if let stretch, let amount = amount(of: fact) {
                    tallies[stretch].net = added(tallies[stretch].net, amount == .min ? .max : -amount)
                }
            case .complaint:
                if let stretch, fact.detail == ComplaintStep.opened.rawValue {
                    tallies[stretch].complaints += 1
                }
            case .survey:
                // The same question of the same filled-in form: the later answer replaces the earlier one.
                if fact.key != 0 { answers.removeAll { $0.key == fact.key } }
                if let stretch {
                    answers.append((fact.key, stretch, Int64(SurveyAnswer(fact).points * 1e6 + 0.5)))
                }
            default: break
            }
        }
        for purchase in ledger.purchases where purchase.isCounted {
            if let stretch = campaign.stretch(of: purchase.day) { tallies[stretch].purchases += 1 }
        }
        for answer in answers {
            tallies[answer.stretch].answers += 1
            tallies[answer.stretch].points += answer.points
        }
        own[place].before = tallies[0]
        own[place].after = tallies[1]
    }

    private func amount(of fact: Fact) -> Int64? {
        fact.flags.contains(.unconverted)
            ? rates.converted(fact.amount, from: fact.detail, on: fact.day) : fact.amount
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        parts.absorb(other.parts)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }
}
