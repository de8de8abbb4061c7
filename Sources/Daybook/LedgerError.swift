public import Events

/// Why the ledger could not do what it was asked: what happened, where, what was expected, what to do.
public struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that a caller can act on. A command line maps them to exit statuses.
    public enum Category: String, Sendable, CaseIterable {
        /// It did not work, or there is a finding.
        case failed
        /// Stored bytes are not what they were: tampering or corruption.
        case verification
        /// The customer, event, report or ledger is not there.
        case notFound
        /// An expectation was not met, or the same id was sent with other content.
        case conflict
        /// Another process is writing.
        case locked
        /// A part was done, a part was not.
        case partial
        /// The question or the arguments make no sense.
        case usage
        /// The input is not what it should be.
        case badData
        /// The input is not there.
        case noInput
        /// A mistake in the program.
        case `internal`
        /// Reading or writing failed, or the disk is full.
        case io
        /// Trying again may help.
        case retry
        /// The keys, the access or the rules do not allow it.
        case notAllowed
    }

    /// The kind of failure.
    public let category: Category
    /// What happened and how to remedy it, for people.
    public let message: String
    /// The events and fields that were refused, where that is the reason.
    public let problems: [EventProblem]

    /// An error.
    public init(_ category: Category, _ message: String, problems: [EventProblem] = []) {
        self.category = category
        self.message = message
        self.problems = problems
    }

    /// The message, and each problem on a line of its own.
    public var description: String {
        ([message] + problems.map(\.description)).joined(separator: "\n")
    }
}
