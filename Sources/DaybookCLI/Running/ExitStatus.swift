import Daybook

/// The exit statuses: one number for each kind of outcome that a script can act on. This is the only table.
enum ExitStatus: Int32, CaseIterable, Error {
    case done = 0
    case failed = 1
    case verificationFailed = 2
    case notFound = 3
    case conflict = 4
    case locked = 5
    case partly = 6
    case usage = 64
    case badData = 65
    case noInput = 66
    case unreachable = 69
    case fault = 70
    case inputOutput = 74
    case tryAgain = 75
    case notAllowed = 77
    case interrupted = 130

    /// The status for a kind of failure of the ledger.
    init(_ category: LedgerError.Category) {
        self =
            switch category {
            case .failed: .failed
            case .verification: .verificationFailed
            case .notFound: .notFound
            case .conflict: .conflict
            case .locked: .locked
            case .partial: .partly
            case .usage: .usage
            case .badData: .badData
            case .noInput: .noInput
            case .internal: .fault
            case .io: .inputOutput
            case .retry: .tryAgain
            case .notAllowed: .notAllowed
            }
    }

    /// What it means.
    var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed, or a finding: events were rejected, a difference is over the threshold"
        case .verificationFailed: "verification failed: tampering or corruption was found"
        case .notFound: "not found: no such customer, event, report, view or ledger"
        case .conflict: "conflict: another revision than expected, or the same id with other content"
        case .locked: "locked or busy: another process is writing"
        case .partly: "partly done: some items failed, the others are done"
        case .usage: "usage: the arguments make no sense"
        case .badData: "bad data: the input is not what it should be"
        case .noInput: "no such input: the file is not there"
        case .unreachable: "the server cannot be reached"
        case .fault: "internal: a mistake in the program"
        case .inputOutput: "input or output failed, or the disk is full"
        case .tryAgain: "try again later"
        case .notAllowed: "not allowed"
        case .interrupted: "interrupted with Ctrl-C"
        }
    }

    /// What usually helps, where the message itself does not say.
    var remedy: String? {
        switch self {
        case .verificationFailed:
            "Keep a copy of the ledger's folder as it is, then look closer: daybook doctor"
        case .locked: "Wait for the other process to end, or see what it does: daybook status"
        case .tryAgain: "Run the same command again."
        case .inputOutput: "See whether there is room and permission: daybook doctor"
        case .fault: "This should not happen: please report it with the command and this message."
        case .conflict: "See what is there and decide anew: daybook customer ID, daybook event ID"
        case .badData:
            "Correct the input and run the command again. What a type may hold: daybook schema show TYPE"
        case .usage: "Help: daybook --help"
        case .notAllowed: "Check who owns the ledger's folder and its keys, and which version made it."
        case .done, .failed, .notFound, .partly, .noInput, .unreachable, .interrupted: nil
        }
    }
}
