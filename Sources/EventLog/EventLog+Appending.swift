import Events

extension EventLog {
    /// Appends events, all or none, and returns when they are durable.
    ///
    /// Each is answered by `created` or, where the same event of the same source and id is there already,
    /// `exists`. Concurrent callers share a commit. A batch that adds nothing new meets any condition: it is one
    /// that was acknowledged before, sent again.
    ///
    /// - Throws: `invalid` with every problem of the batch, `conflict` where an expectation is not met or an id
    ///   was used for something else, `full`, `inputOutput`, `readOnly`.
    @discardableResult
    public func append(
        _ events: [IncomingEvent], conditions: [SubjectCondition] = [], recorded: RecordedTimePolicy = .now
    ) throws(LogError) -> AppendResult {
        try append(try prepare(events, isOwn: false), conditions: conditions, recorded: recorded)
    }

    /// The same without blocking a thread.
    @discardableResult
    public func append(
        _ events: [IncomingEvent], conditions: [SubjectCondition] = [], recorded: RecordedTimePolicy = .now
    ) async throws(LogError) -> AppendResult {
        try await append(try prepare(events, isOwn: false), conditions: conditions, recorded: recorded)
    }

    /// Appends prepared events, all or, where refused ones are set aside, all others.
    @discardableResult
    public func append(
        _ batch: consuming PreparedBatch, conditions: [SubjectCondition] = [],
        recorded: RecordedTimePolicy = .now, refusals: RefusalPolicy = .refuseBatch
    ) throws(LogError) -> AppendResult {
        let request = AppendRequest(
            batch: batch, conditions: conditions, recorded: recorded, refusals: refusals)
        return try writable().append(request).get()
    }

    /// The same without blocking a thread.
    @discardableResult
    public func append(
        _ batch: consuming PreparedBatch, conditions: [SubjectCondition] = [],
        recorded: RecordedTimePolicy = .now, refusals: RefusalPolicy = .refuseBatch
    ) async throws(LogError) -> AppendResult {
        let request = AppendRequest(
            batch: batch, conditions: conditions, recorded: recorded, refusals: refusals)
        return try await writable().append(request).get()
    }

    /// Appends events of the ledger itself, whose `source` begins with `daybook:`: for the façade, which alone
    /// knows when a policy is adopted or an import is complete.
    @discardableResult
    package func appendOwn(
        _ events: [IncomingEvent], conditions: [SubjectCondition] = []
    ) throws(LogError) -> AppendResult {
        let batch = try prepare(events, isOwn: true)
        let request = AppendRequest(
            batch: batch, conditions: conditions, recorded: .now, refusals: .refuseBatch, isOwn: true)
        return try writable().append(request).get()
    }

    private func writable() throws(LogError) -> AppendQueue {
        guard let queue else {
            throw LogError(.readOnly, "the log of \(folder) was opened for reading only")
        }
        return queue
    }

    private func prepare(_ events: [IncomingEvent], isOwn: Bool) throws(LogError) -> PreparedBatch {
        _ = try writable()
        var batch = PreparedBatch()
        var problems: [EventProblem] = []
        try withPreparer { preparer in
            for (index, event) in events.enumerated() {
                do throws(EventProblem) {
                    try preparer.prepare(event.json.span, into: &batch, isOwn: isOwn)
                } catch {
                    problems.append(error.at(eventNumber: index + 1))
                }
            }
        }
        guard problems.isEmpty else { throw LogError(refusing: problems) }
        return batch
    }
}
