/// What became of the events of one append: one outcome each, in order.
public struct AppendReport: Sendable, Equatable {
    /// What became of one event.
    public enum Outcome: Sendable, Equatable {
        /// It was written here.
        case created(UInt64)
        /// It had been written here, with the same content.
        case exists(UInt64)

        /// Where the event stands.
        public var position: UInt64 {
            switch self {
            case .created(let position), .exists(let position): position
            }
        }
    }

    /// One outcome an event.
    public let outcomes: [Outcome]

    /// How many were written.
    public var createdCount: Int {
        outcomes.count { if case .created = $0 { true } else { false } }
    }

    /// How many had been there.
    public var existedCount: Int { outcomes.count - createdCount }
}

/// What is expected of a customer's history before an append.
public enum RevisionExpectation: Sendable, Equatable {
    /// The customer has no event.
    case none
    /// The customer has at least one event.
    case exists
    /// The customer has exactly so many events.
    case revision(UInt64)

    /// Reads `none`, `exists` or a number.
    public init(parsing text: String) throws(LedgerError) {
        switch text {
        case "none": self = .none
        case "exists": self = .exists
        default:
            guard let revision = UInt64(text) else {
                throw LedgerError(
                    .usage, "\(text) is no expectation: expected none, exists or a number of events")
            }
            self = .revision(revision)
        }
    }
}

/// Who does something by hand, and why: written into the event.
public struct Authorship: Sendable, Equatable {
    /// The actor: `authid` of the event.
    public var actor: String
    /// Why: `data.reason` of the event.
    public var reason: String

    /// Who and why.
    public init(actor: String, reason: String) {
        self.actor = actor
        self.reason = reason
    }
}
