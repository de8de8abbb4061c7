import Events
import LMDB

extension EventLog {
    /// The line that an event would be stored as, recorded now: judged and sealed as if it were appended, but
    /// nothing is written.
    ///
    /// - Throws: what `append` would throw, and `readOnly` where the log was opened for reading.
    package func rehearse(_ event: IncomingEvent) throws(LogError) -> [UInt8] {
        guard let queue else {
            throw LogError(.readOnly, "the log of \(folder) was opened for reading only")
        }
        let preparer = try makePreparer()
        var batch = PreparedBatch()
        do throws(EventProblem) {
            try preparer.prepare(event.json.span, into: &batch)
        } catch {
            throw LogError(refusing: [error])
        }
        let request = AppendRequest(
            batch: batch, conditions: [], recorded: .now, refusals: .refuseBatch)
        return try queue.rehearse(request)
    }
}

extension LogWriter {
    /// The line that the one event of a request would be stored as.
    mutating func rehearse(_ request: AppendRequest) throws(LogError) -> [UInt8] {
        if let failure { throw failure }
        let before = (tailEnd: tail.end, mergeCount: merges?.count)
        defer {
            tail.truncate(to: before.tailEnd)
            if let count = before.mergeCount { merges?.truncate(to: count) } else { merges = nil }
        }
        return try storing {
            // Ended without a commit: as if it had never been.
            let transaction = try storage.environment.beginWriting()
            var requests = [request]
            var plan = CommitPlan(head: head)
            _ = try self.plan(0, of: &requests, &plan, in: transaction.reading).get()
            guard let staged = plan.staged.first else {
                throw LogError(.conflict, "the event is in the log already")
            }
            let text = Instant(microseconds: staged.recorded).fixedWidthBytes
            requests[0].batch.setRecordedTime(text, of: staged.event)
            return requests.withLine(staged) { line, _ in [UInt8](copying: line) }
        }
    }
}
