public import Events
import LMDB

/// What the log refused or could not do. Programs decide by the category; the message is for people and says
/// what to do next.
public struct LogError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Category: String, Sendable {
        /// Events were refused: `problems` says which and why.
        case invalid
        /// An expected revision was not met, or an event of the same source and id says something else.
        case conflict
        /// There is no ledger at this path.
        case missing
        /// There is a ledger, or something else, where a new one was to be made.
        case occupied
        /// Another program is writing to the ledger.
        case locked
        /// The ledger was made by a newer version of Daybook.
        case newerVersion = "newer_version"
        /// What is stored is not what was written.
        case damaged
        /// A key that is needed cannot be read.
        case keys
        /// The disk or the quota is full.
        case full
        /// The operating system failed to read or write, or denied it.
        case inputOutput = "input_output"
        /// The log was opened for reading, was closed, or stopped writing after a failure.
        case readOnly = "read_only"
    }

    /// An expectation about a customer's revision that was not met.
    public struct FailedCondition: Sendable, Equatable, CustomStringConvertible {
        /// What was expected.
        public let condition: SubjectCondition
        /// How many events of this subject the log holds.
        public let found: UInt64

        /// The failure as one sentence.
        public var description: String {
            "customer \(condition.subject): expected \(condition.expected), found revision \(found)"
        }
    }

    /// What kind of failure it was.
    public let category: Category
    /// What happened, to what, and what to do about it.
    public let message: String
    /// The events that were refused, in the order of the batch.
    public let problems: [EventProblem]
    /// The expectations that were not met, in the order in which they were given.
    public let failedConditions: [FailedCondition]

    init(_ category: Category, _ message: String) {
        self.category = category
        self.message = message
        problems = []
        failedConditions = []
    }

    init(refusing problems: [EventProblem]) {
        category = problems.allSatisfy { $0.code == ProblemCode.existsDifferent } ? .conflict : .invalid
        message =
            problems.count == 1
            ? "the event was refused; nothing was written"
            : "\(problems.count) events were refused; nothing was written"
        self.problems = problems
        failedConditions = []
    }

    init(unmet conditions: [FailedCondition]) {
        category = .conflict
        message = "the ledger has moved on; nothing was written. Read the customer again and decide anew"
        problems = []
        failedConditions = conditions
    }

    /// The message and, a line each, what was refused.
    public var description: String {
        ([message] + problems.map(\.description) + failedConditions.map(\.description))
            .joined(separator: "\n")
    }
}

/// The codes of the problems that the log itself finds.
enum ProblemCode {
    static let existsDifferent = "exists_different"
    static let unknownType = "unknown_type"
    static let tooLong = "too_long"
    static let reserved = "reserved"
    static let subject = "subject"
    static let target = "target"
    static let merge = "merge"
    static let future = "in_the_future"
    static let recordedTime = "recorded_time"
}

extension LogError {
    /// A failure of the storage, in the log's categories.
    init(_ error: LMDBError) {
        let category: Category =
            switch error.code {
            case .missing: .missing
            case .occupied: .occupied
            case .diskFull, .mapFull: .full
            case .alreadyOpen, .busy, .readersFull: .locked
            case .corrupted, .notAnEnvironment, .versionMismatch, .badRecords, .incompatible: .damaged
            case .readOnly, .closed, .panic: .readOnly
            default: .inputOutput
            }
        self.init(category, error.description)
    }

    /// Any error that storage code threw, as an error of the log.
    static func wrapping(_ error: any Error) -> LogError {
        switch error {
        case let error as LogError: error
        case let error as LMDBError: LogError(error)
        default: LogError(.inputOutput, "\(error)")
        }
    }
}

/// Runs storage code, whose closures throw anything, and gives its errors the log's type.
func storing<Result: ~Copyable>(_ body: () throws -> Result) throws(LogError) -> Result {
    do { return try body() } catch { throw LogError.wrapping(error) }
}
