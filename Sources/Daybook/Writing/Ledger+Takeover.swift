import Dispatch
import EventLog
public import Events
import Foundation
import Synchronization
import Views

/// What became of one batch of an import.
public struct TakeoverOutcome: Sendable {
    /// How many events were written.
    public let created: Int
    /// How many had been there.
    public let existing: Int
    /// The events that were refused and set aside, by their number in the batch, from 1.
    public let refused: [EventProblem]
}

/// Events of an import that are checked, sealed and canonical, and those that were refused.
public struct PreparedTakeover: Sendable {
    var batch = PreparedBatch()
    /// The number in the incoming batch of each prepared event, from 1.
    var numbers: [Int] = []
    var problems: [EventProblem] = []
    /// What the prepared events say, in the order of the batch.
    var facts: [EarlyFacts] = []

    func renumbered(_ problem: EventProblem) -> EventProblem {
        guard let number = problem.eventNumber else { return problem }
        return problem.at(eventNumber: numbers[number - 1])
    }
}

extension Ledger {
    /// Appends one batch of an import: events that are mapped already, written in one commit.
    ///
    /// - Parameters:
    ///   - recorded: `now`, or `effective` or `field` to keep the recorded times of an older system.
    ///   - settingAside: whether refused events are reported while all others are written; otherwise one bad event
    ///     stops the batch before anything of it is written.
    public func takeOver(
        _ events: [[UInt8]], recorded: String, settingAside: Bool
    ) throws(LedgerError) -> TakeoverOutcome {
        var ranges: [Range<Int>] = []
        for event in events {
            let start = ranges.last?.upperBound ?? 0
            ranges.append(start..<start + event.count)
        }
        let prepared = try prepareTakeover(events.flatMap(\.self), ranges)
        return try takeOver(prepared, recorded: recorded, settingAside: settingAside)
    }

    /// Checks, seals and writes canonically one batch of an import, on two threads. Nothing is stored but the keys
    /// of new customers, and those only together with their events: so a batch can be prepared while the one
    /// before it is written.
    ///
    /// - Parameters:
    ///   - bytes: JSON texts of CloudEvents.
    ///   - events: where each event stands in the bytes.
    public func prepareTakeover(
        _ bytes: [UInt8], _ events: [Range<Int>]
    ) throws(LedgerError) -> PreparedTakeover {
        try asking {
            let parts = events.count >= 64 ? 2 : 1
            let results = Mutex<[Int: Result<PreparedTakeover, any Error>]>([:])
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let range = (events.count * part / parts)..<(events.count * (part + 1) / parts)
                let result = Result { try prepare(bytes.span, events, range) }
                results.withLock { $0[part] = result }
            }
            let all = results.withLock { $0 }
            var prepared = PreparedTakeover()
            for part in 0..<parts {
                guard let more = try all[part]?.get() else { continue }
                prepared.batch.append(more.batch)
                prepared.numbers += more.numbers
                prepared.problems += more.problems
                prepared.facts += more.facts
            }
            return prepared
        }
    }

    private func prepare(
        _ bytes: Span<UInt8>, _ events: [Range<Int>], _ range: Range<Int>
    ) throws -> PreparedTakeover {
        try log.withPreparer { preparer in
            var prepared = PreparedTakeover()
            var early = lane.makeEarlyExtractor()
            // The first part is what the others are added to.
            let own = range.lowerBound == 0 ? events.indices : range
            let byteCount =
                own.isEmpty ? 0 : events[own.upperBound - 1].upperBound - events[own.lowerBound].lowerBound
            prepared.batch.reserveCapacity(own.count, byteCount: byteCount)
            for index in range {
                do throws(EventProblem) {
                    let json = bytes.extracting(events[index])
                    if let event = try preparer.prepare(json, into: &prepared.batch) {
                        early.add(event)
                    } else {
                        prepared.batch.withLine(at: prepared.batch.count - 1) { early.add(line: $0) }
                    }
                    prepared.numbers.append(index + 1)
                } catch {
                    prepared.problems.append(error.at(eventNumber: index + 1))
                }
            }
            prepared.facts = [early.facts]
            return prepared
        }
    }

    /// Hands on what was extracted of events that are written now. Where one of them had been there already, or was
    /// refused, those beside it are read from the log.
    private func offer(_ facts: [EarlyFacts], _ outcomes: [AppendOutcome]) {
        var start = 0
        for early in facts {
            let part = outcomes[start..<start + early.count]
            start += early.count
            guard case .created(let first)? = part.first,
                part.allSatisfy({ if case .created = $0 { true } else { false } })
            else { continue }
            lane.offer(early, at: first.rawValue)
        }
    }

    /// Appends a prepared batch in one commit.
    public func takeOver(
        _ prepared: PreparedTakeover, recorded: String, settingAside: Bool
    ) throws(LedgerError) -> TakeoverOutcome {
        try asking {
            guard let policy = RecordedTimePolicy(rawValue: recorded) else {
                throw LedgerError(
                    .usage, "\(recorded) is no source of recorded times: expected now, effective or field")
            }
            guard settingAside || prepared.problems.isEmpty else {
                throw LedgerError(
                    .badData,
                    "\(prepared.problems.count) events were refused; nothing of the batch was written",
                    problems: prepared.problems)
            }
            let result: AppendResult
            do throws(LogError) {
                result = try log.append(
                    prepared.batch, recorded: policy, refusals: settingAside ? .setAside : .refuseBatch)
            } catch {
                let wrapped = LedgerError.wrapping(error)
                throw LedgerError(
                    wrapped.category, wrapped.message, problems: error.problems.map(prepared.renumbered))
            }
            offer(prepared.facts, result.outcomes)
            try follower.followImport()
            let refused = prepared.problems + result.refused.map(prepared.renumbered)
            return TakeoverOutcome(
                created: result.createdCount,
                existing: result.outcomes.count - result.createdCount - result.refused.count,
                refused: refused.sorted { ($0.eventNumber ?? 0) < ($1.eventNumber ?? 0) })
        }
    }

    /// Ends an import of one file: writes its `import.completed`, and brings the views into the shape that folds
    /// fastest.
    public func completeTakeover(
        file: String, sha256: String, counts: [(String, Int)], recorded: String, actor: String
    ) throws(LedgerError) {
        try asking {
            let counts = counts.map { ($0.0, JSONValue.number(Double($0.1))) }
            let event: JSONValue = [
                "specversion": "1.0", "id": .string(UUID().uuidString.lowercased()), "source": "daybook:",
                "type": "import.completed", "time": .string(clock().description), "authtype": "user",
                "authid": .string(actor),
                "data": [
                    "file": .string(file), "sha256": .string(sha256), "counts": .object(JSONObject(counts)),
                    "recorded": .string(recorded),
                ],
            ]
            _ = try log.appendOwn([IncomingEvent(event)])
            settleAfterImport()
        }
    }

    /// Of larger bases the populations wait for the first question: an import is to need little memory.
    private static let mostPrepared = 100_000

    /// Brings the views into the shape that folds fastest. The first question after an import is most often about now.
    private func settleAfterImport() {
        follower.finish(.later)
        do {
            try lane.settle()
            guard try lane.customerCount() <= Self.mostPrepared else { return }
            try lane.prepare(at: try resolve(Question()).fold, catalogue: catalogue)
        } catch {
            lane.note("the views could not follow: \(LedgerError.wrapping(error).message)")
        }
    }
}
