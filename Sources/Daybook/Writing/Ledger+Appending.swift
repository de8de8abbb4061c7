import EventLog
import Events
import Views

extension Ledger {
    /// Appends one event, a JSON array of events or JSON Lines: all or none, durable when it returns.
    ///
    /// - Parameter expectation: what every customer named in the batch must have before it.
    /// - Throws: `badData` with every problem, `conflict` where an expectation is not met or an id was used for
    ///   something else.
    public func append(
        _ text: [UInt8], expecting expectation: RevisionExpectation? = nil
    ) async throws(LedgerError) -> AppendReport {
        let (pieces, conditions) = try asking {
            let pieces = try EventText(text).pieces
            return (pieces, try expectation.map { try Self.conditions($0, of: pieces) } ?? [])
        }
        guard !pieces.isEmpty else { return AppendReport(outcomes: []) }
        let result: AppendResult
        do throws(LogError) {
            // Without holding a thread, so that any number of clients can share a commit.
            result = try await log.append(pieces.map { IncomingEvent(json: $0.json) }, conditions: conditions)
        } catch {
            let wrapped = LedgerError.wrapping(error)
            throw LedgerError(
                wrapped.category, wrapped.message,
                problems: error.problems.map { problem in
                    let line = problem.eventNumber.flatMap { pieces[$0 - 1].line }
                    return problem.at(line: line)
                })
        }
        follower.follow()
        return try Self.report(result)
    }

    static func report(_ result: AppendResult) throws(LedgerError) -> AppendReport {
        var outcomes: [AppendReport.Outcome] = []
        for outcome in result.outcomes {
            switch outcome {
            case .created(let position): outcomes.append(.created(position.rawValue))
            case .exists(let position): outcomes.append(.exists(position.rawValue))
            case .refused: throw LedgerError(.internal, "an event was set aside where none may be")
            }
        }
        return AppendReport(outcomes: outcomes)
    }

    private static func conditions(
        _ expectation: RevisionExpectation, of pieces: [EventText.Piece]
    ) throws -> [SubjectCondition] {
        let expected: SubjectCondition.Expected =
            switch expectation {
            case .none: .none
            case .exists: .exists
            case .revision(let revision): .revision(revision)
            }
        let reader = JSONReader()
        var subjects: [String] = []
        for (index, piece) in pieces.enumerated() {
            do throws(JSONError) { try reader.parse(piece.json) } catch {
                throw EventProblem(error).at(eventNumber: index + 1, line: piece.line)
            }
            let subject: String?
            do throws(EventProblem) { subject = try Envelope.read(reader, node: 0).subject } catch {
                throw error.at(eventNumber: index + 1, line: piece.line)
            }
            if let subject, !subjects.contains(subject) { subjects.append(subject) }
        }
        guard !subjects.isEmpty else {
            throw LedgerError(.usage, "a revision is expected, but no event names a customer")
        }
        return subjects.map { SubjectCondition(subject: $0, expected) }
    }
}
