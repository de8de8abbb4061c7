import ArgumentParser
import Daybook
import Terminal

/// Why a command ends without having done what it should: what happened, and what to do next.
struct Failure: Error {
    let status: ExitStatus
    let message: String
    /// The last line: what to do.
    let remedy: String?

    init(_ status: ExitStatus, _ message: String, remedy: String? = nil) {
        self.status = status
        self.message = message
        self.remedy = remedy ?? status.remedy
    }

    /// A failure from whatever was thrown. Errors of the argument parser are not among them.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as LedgerError: self.init(ExitStatus(error.category), error.description)
        case let error as StreamWriteError: self.init(.inputOutput, error.description)
        default: self.init(.fault, "\(error)")
        }
    }

    /// Writes the message to standard error: what and where first, what to do last.
    func tell(_ talk: Talk) {
        talk.clearBar()
        var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = lines.removeFirst()
        let label = TextStyle.bad.apply(to: "error:", colour: talk.stream.usesColour)
        talk.say("\(label) \(DisplayWidth.shown(first))")
        for line in lines { talk.say("  " + DisplayWidth.shown(line)) }
        if let remedy { talk.say(remedy) }
    }
}

/// Runs an operation; where it fails without saying what to do, says so.
func advising<Result>(
    _ remedy: @autoclosure () -> String, when status: ExitStatus, _ operation: () async throws -> Result
) async throws -> Result {
    do {
        return try await operation()
    } catch {
        let failure = Failure(error)
        guard failure.status == status, failure.remedy == status.remedy else { throw error }
        throw Failure(status, failure.message, remedy: remedy())
    }
}
