import EventLog
import Events
import Views

extension LedgerError {
    /// Any error that the modules below threw, in the categories of the ledger.
    static func wrapping(_ error: any Error) -> LedgerError {
        switch error {
        case let error as LedgerError: return error
        case let error as LogError: return LedgerError(error)
        case let error as EventProblem:
            return LedgerError(.badData, "the event was refused", problems: [error])
        case let error as JSONError: return wrapping(EventProblem(error))
        default:
            guard let error = ViewsError(error) else { return LedgerError(.internal, "\(error)") }
            return LedgerError(error)
        }
    }

    private init(_ error: LogError) {
        let category: Category =
            switch error.category {
            case .invalid: .badData
            case .conflict: .conflict
            case .missing: .notFound
            case .occupied: .conflict
            case .locked: .locked
            case .newerVersion: .failed
            case .damaged: .verification
            case .keys, .readOnly: .notAllowed
            case .full, .inputOutput: .io
            }
        let conditions = error.failedConditions.map(\.description)
        self.init(category, ([error.message] + conditions).joined(separator: "\n"), problems: error.problems)
    }

    private init(_ error: ViewsError) {
        let category: Category =
            switch error.category {
            case .cancelled: .failed
            case .policy: .badData
            case .log: .verification
            case .damaged: .verification
            case .full, .inputOutput: .io
            case .locked: .locked
            case .missing: .notFound
            case .program: .notAllowed
            }
        self.init(category, error.description)
    }
}

/// Runs what the modules below do, and gives their errors the ledger's type.
func asking<Result: ~Copyable>(_ body: () throws -> Result) throws(LedgerError) -> Result {
    do { return try body() } catch { throw LedgerError.wrapping(error) }
}
