import Events
import LMDB

extension LogWriter {
    /// Decides what becomes of a batch: stages its new events behind those staged before, or stages none.
    mutating func plan(
        _ number: Int, of requests: inout [AppendRequest], _ plan: inout CommitPlan,
        in transaction: borrowing ReadTransaction
    ) throws -> Result<AppendResult, LogError> {
        let before = (plan: plan.staged.count, head: plan.head, mergeCount: merges?.count)
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(requests[number].batch.count)
        var problems: [EventProblem] = []
        let now = max(options.clock().microseconds, plan.head.lastRecorded)
        let events = requests[number].batch.events
        let (policy, isOwn) = (requests[number].recorded, requests[number].isOwn)
        let known = try matches(of: events, in: transaction)
        for event in events.indices {
            if event % Self.touchedTogether == 0 {
                touched ^= tail.touch(events[event..<min(event + Self.touchedTogether, events.count)])
            }
            // An ordinary event whose identity was never seen needs no look at any line.
            let isSimple =
                events[event].kind == .plain && !isOwn && (known.isEmpty || known[event] == nil)
                && !tail.contains(.id, events[event].keys[.id])
            let judgement =
                isSimple
                ? recordedTime(of: events[event], policy, plan.head, now: now)
                : try judge(
                    event, of: number, &requests, plan, now: now, known: known[event] ?? [], in: transaction)
            switch judgement {
            case .exists(let position): outcomes.append(.exists(Position(position)))
            case .refused(let problem):
                outcomes.append(.refused)
                problems.append(problem.at(eventNumber: event + 1))
            case .new(let recorded):
                outcomes.append(.created(Position(plan.head.count)))
                stage(event, of: number, events[event], recorded, policy, &plan)
            }
        }
        let failure = try objection(
            to: requests[number], problems, createdFrom: before.head.count, plan, requests, in: transaction)
        if let failure {
            plan.staged.removeLast(plan.staged.count - before.plan)
            plan.head = before.head
            tail.truncate(to: plan.head.count)
            if let count = before.mergeCount { merges?.truncate(to: count) } else { merges = nil }
            return .failure(failure)
        }
        return .success(
            AppendResult(outcomes: outcomes, refused: problems, head: Position(plan.head.count)))
    }

    private static var touchedTogether: Int { 32 }

    private mutating func stage(
        _ event: Int, of number: Int, _ prepared: PreparedEvent, _ recorded: Int64,
        _ policy: RecordedTimePolicy, _ plan: inout CommitPlan
    ) {
        tail.append(prepared.keys, time: prepared.time)
        plan.staged.append(CommitPlan.Staged(request: number, event: event, recorded: recorded))
        if policy == .now, plan.head.firstRecordedNow == .max {
            plan.head.firstRecordedNow = plan.head.count
        }
        plan.head.count += 1
        plan.head.lastRecorded = recorded
    }

    /// Why a batch is not written, or nil. A batch that would write nothing new meets any expectation: it is
    /// one that was acknowledged before, sent again.
    private mutating func objection(
        to request: AppendRequest, _ problems: [EventProblem], createdFrom start: UInt64, _ plan: CommitPlan,
        _ requests: [AppendRequest], in transaction: borrowing ReadTransaction
    ) throws -> LogError? {
        if !problems.isEmpty, request.refusals == .refuseBatch { return LogError(refusing: problems) }
        guard !request.conditions.isEmpty, plan.head.count > start else { return nil }
        var failed: [LogError.FailedCondition] = []
        for condition in request.conditions {
            let found = try revision(of: condition.subject, below: start, plan, requests, in: transaction)
            if !condition.expected.isMet(by: found) {
                failed.append(LogError.FailedCondition(condition: condition, found: found))
            }
        }
        return failed.isEmpty ? nil : LogError(unmet: failed)
    }

    private mutating func revision(
        of subject: String, below end: UInt64, _ plan: CommitPlan, _ requests: [AppendRequest],
        in transaction: borrowing ReadTransaction
    ) throws -> UInt64 {
        let key = IndexKeys.key(subject.utf8.span)
        let escaped = EscapedText(subject)
        var revision: UInt64 = 0
        var positions = tail.positions(.customer, keys: key...key, below: end)
        _ = try storage.indexes.forEachPosition(
            .customer, key: key, within: 0..<end, descending: false, in: transaction
        ) { position in
            positions.append(position)
            return true
        }
        for position in positions {
            try withLine(at: position, plan, requests, in: transaction) { line, _ in
                let fields = try LineFields(line, position: position)
                if escaped.isText(of: line, at: fields.subject) { revision += 1 }
            }
        }
        return revision
    }

    /// Lends a line of the log, or of what is staged to follow it.
    func withLine<Result>(
        at position: UInt64, _ plan: CommitPlan, _ requests: [AppendRequest],
        in transaction: borrowing ReadTransaction,
        _ body: (Span<UInt8>, _ recordedOffset: Int) throws -> Result
    ) throws -> Result {
        if position >= head.count {
            return try requests.withLine(plan.staged[Int(position - head.count)], body)
        }
        return try storage.withLine(at: position, in: transaction) { line, place in
            try body(line, place.recordedOffset)
        }
    }
}
