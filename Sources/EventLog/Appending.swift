public import Events

/// One event as it comes in: the bytes of a CloudEvents 1.0 object.
public struct IncomingEvent: Sendable {
    /// The JSON text.
    public let json: [UInt8]

    /// An event as bytes of JSON.
    public init(json: [UInt8]) { self.json = json }

    /// An event as JSON text.
    public init(_ text: String) { json = Array(text.utf8) }

    /// An event as a value.
    public init(_ value: JSONValue) { json = value.canonicalBytes }
}

/// What is expected of one customer before a batch is written.
///
/// A customer's revision is the number of events whose subject is exactly this id.
public struct SubjectCondition: Sendable, Equatable {
    /// What may be expected.
    public enum Expected: Sendable, Equatable, CustomStringConvertible {
        /// No event names the customer yet.
        case none
        /// At least one event names the customer.
        case exists
        /// Exactly so many events name the customer.
        case revision(UInt64)

        /// The expectation in words.
        public var description: String {
            switch self {
            case .none: "no event yet"
            case .exists: "at least one event"
            case .revision(let revision): "revision \(revision)"
            }
        }

        func isMet(by revision: UInt64) -> Bool {
            switch self {
            case .none: revision == 0
            case .exists: revision > 0
            case .revision(let expected): revision == expected
            }
        }
    }

    /// The customer's id.
    public let subject: String
    /// What is expected.
    public let expected: Expected

    /// An expectation.
    public init(subject: String, _ expected: Expected) {
        self.subject = subject
        self.expected = expected
    }
}

/// Where the recorded times of a batch come from.
public enum RecordedTimePolicy: String, Sendable, CaseIterable {
    /// The ledger's clock: the ordinary case.
    case now
    /// Taken over from an older system: each event was recorded when it happened.
    case effective
    /// Taken over from an older system: each event brings its `recordedtime`.
    case field
}

/// What becomes of a batch in which an event is refused.
public enum RefusalPolicy: Sendable {
    /// Nothing of the batch is written.
    case refuseBatch
    /// The others are written; the refused ones are reported.
    case setAside
}

/// What became of one event.
public enum AppendOutcome: Sendable, Equatable {
    /// It was written, at this position.
    case created(Position)
    /// The same event was there already, at this position.
    case exists(Position)
    /// It was refused and set aside: `AppendResult.refused` says why.
    case refused

    /// Where the event stands, unless it was refused.
    public var position: Position? {
        switch self {
        case .created(let position), .exists(let position): position
        case .refused: nil
        }
    }
}

/// What became of a batch.
public struct AppendResult: Sendable {
    /// What became of each event, in the order of the batch.
    public let outcomes: [AppendOutcome]
    /// Why events were set aside; empty unless the caller asked for `setAside`.
    public let refused: [EventProblem]
    /// The length of the log behind the batch.
    public let head: Position

    /// How many events were written.
    public var createdCount: Int {
        outcomes.count { if case .created = $0 { true } else { false } }
    }
}
