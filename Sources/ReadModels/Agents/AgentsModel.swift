public import Projection

/// How the employees do who talk to customers: DOMAIN.md section 25. A report only: it says nothing of a customer.
public struct AgentsModel: ReadModel {
    /// The name of the report.
    public static let name = "agents"
    /// The views that it reads.
    public static let uses = ["value", "complaints"]
    /// The version of the rules.
    public static let version = 2
    /// Customers have no row of it.
    public static let isReportOnly = true

    /// Nothing of the customer.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        var unused: UInt32 = 0
    }

    /// Nothing of others.
    public struct Population: Codable, Sendable, Equatable {}

    /// What is counted of one employee.
    struct Tally: Sendable {
        var contacts = 0
        var replies = 0
        var standardReplies = 0
        var answers = 0
        var satisfied = 0

        mutating func add(_ other: Tally) {
            contacts += other.contacts
            replies += other.replies
            standardReplies += other.standardReplies
            answers += other.answers
            satisfied += other.satisfied
        }
    }

    /// An answer from 1 to 5 about an employee.
    private struct Rating: Sendable {
        let position: UInt64
        let isSatisfied: Bool
        var agent: UInt32 = 0
    }

    let leastAnswers: Int
    let confidence: Double
    /// By the code of the employee.
    private(set) var tallies: [UInt32: Tally] = [:]
    private var answers: [Rating] = []
    private var forms = KeyIndex()
    /// The place of the answer taken last.
    private var latest = 0

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        leastAnswers = try context.policy.whole("agents.least_answers")
        confidence = try context.policy.real("satisfaction.confidence")
    }

    /// Forgets the customer before.
    public mutating func begin() {
        guard !answers.isEmpty else { return }
        answers.removeAll(keepingCapacity: true)
        forms.removeAll()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        switch fact.kind {
        case .contactDetail: contact(fact)
        case .complaint: reply(fact)
        case .survey: answer(fact)
        case .surveyDetail: about(fact)
        default: break
        }
    }

    private mutating func contact(_ fact: borrowing Fact) {
        guard fact.key != 0, !fact.flags.contains(.bulk) else { return }
        tallies[UInt32(truncatingIfNeeded: fact.key), default: Tally()].contacts += 1
    }

    private mutating func reply(_ fact: borrowing Fact) {
        guard fact.detail == ComplaintStep.replied.rawValue, fact.reference != 0,
            fact.flags.contains(.byHuman)
        else { return }
        let agent = UInt32(truncatingIfNeeded: fact.reference)
        tallies[agent, default: Tally()].replies += 1
        if fact.flags.contains(.standard) { tallies[agent, default: Tally()].standardReplies += 1 }
    }

    /// As in `SatisfactionModel`: a second answer to the same question of the same form replaces the first.
    private mutating func answer(_ fact: borrowing Fact) {
        guard fact.detail == SurveyScale.Kind.csat5.rawValue else { return }
        let answer = Rating(position: fact.position, isSatisfied: fact.amount >= 4_000_000)
        if fact.key != 0, let place = forms.value(of: fact.key, orInsert: answers.count) {
            answers[place] = answer
            latest = place
        } else {
            latest = answers.count
            answers.append(answer)
        }
    }

    private mutating func about(_ fact: borrowing Fact) {
        guard latest < answers.count, answers[latest].position == fact.position else { return }
        answers[latest].agent = UInt32(truncatingIfNeeded: fact.key)
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        for answer in answers where answer.agent != 0 {
            tallies[answer.agent, default: Tally()].answers += 1
            if answer.isSatisfied { tallies[answer.agent, default: Tally()].satisfied += 1 }
        }
        return (State(), State())
    }

    /// Adds what another worker's instance counted over its customers.
    public mutating func absorb(_ other: Self) {
        for (agent, tally) in other.tallies { tallies[agent, default: Tally()].add(tally) }
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }
}
