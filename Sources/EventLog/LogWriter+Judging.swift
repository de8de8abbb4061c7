import Events
import LMDB
import SortedRuns

extension LogWriter {
    /// What is to become of one event.
    enum Judgement {
        /// It is there already.
        case exists(UInt64)
        /// It is to be written, recorded at this time.
        case new(recorded: Int64)
        case refused(EventProblem)
    }

    /// The positions in the sorted runs at which the identities of a batch may stand: by index in the batch.
    /// Absence, the usual case, is decided for the whole batch at once.
    func matches(
        of events: [PreparedEvent], in transaction: borrowing ReadTransaction
    ) throws -> [Int: [UInt64]] {
        var found: [Int: [UInt64]] = [:]
        let asked = events.map { $0.keys[.id] << 16 }
        try storage.indexes.runs(.id).forEachMatch(of: asked, in: transaction) { number, position in
            found[number, default: []].append(position)
        }
        return found
    }

    /// Whether an event is there already, may not be written, or may.
    mutating func judge(
        _ event: Int, of number: Int, _ requests: inout [AppendRequest], _ plan: CommitPlan, now: Int64,
        known: [UInt64], in transaction: borrowing ReadTransaction
    ) throws -> Judgement {
        if requests[number].batch.events[event].kind == .correction,
            let problem = try finishCorrection(event, of: number, &requests, plan, in: transaction)
        {
            return .refused(problem)
        }
        let key = requests[number].batch.events[event].keys[.id]
        for position in known + tail.positions(.id, keys: key...key, below: plan.head.count) {
            let asked = CommitPlan.Staged(request: number, event: event, recorded: 0)
            let match = try withLine(at: position, plan, requests, in: transaction) { line, offset in
                try requests.withLine(asked) { new, newOffset in
                    try Self.match(line, offset, new, newOffset, position: position, keys: keys)
                }
            }
            switch match {
            case .otherEvent: continue
            case .same: return .exists(position)
            case .different(let identity):
                // What is not written yet has no position that anybody could look at.
                let other =
                    position < head.count
                    ? "the event that stands at position \(position)"
                    : "an event before it that is written with it"
                return .refused(
                    EventProblem(
                        code: ProblemCode.existsDifferent, pointer: "/id",
                        expected: "an id of its own, or the content of \(other)",
                        found: "the same source and id, \(identity), with other content"))
            }
        }
        let judgement = recordedTime(
            of: requests[number].batch.events[event], requests[number].recorded, plan.head, now: now)
        guard case .new = judgement else { return judgement }
        if let problem = try act(event, of: number, requests, plan, in: transaction) {
            return .refused(problem)
        }
        if requests[number].isOwn, let problem = try registration(event, of: number, requests, plan) {
            return .refused(problem)
        }
        return judgement
    }

    /// Why the type that an event of the ledger itself registers cannot be added, or nil. Events that are to be
    /// written by the same commit count: two that contradict each other cannot both be written.
    private mutating func registration(
        _ event: Int, of number: Int, _ requests: [AppendRequest], _ plan: CommitPlan
    ) throws -> EventProblem? {
        guard try parse(event, of: number, requests).type == SchemaBook.registration else { return nil }
        var known = schemas.current
        for staged in plan.staged where requests[staged.request].isOwn {
            try SchemaBook.register(try parse(staged.event, of: staged.request, requests), in: &known)
        }
        return SchemaBook.objection(to: try parse(event, of: number, requests), after: known)
    }

    private enum Match {
        case otherEvent
        case same
        case different(EventKey)
    }

    private static func match(
        _ stored: Span<UInt8>, _ storedOffset: Int, _ new: Span<UInt8>, _ newOffset: Int, position: UInt64,
        keys: LedgerKeys
    ) throws(LogError) -> Match {
        if SameContent.quickly(stored, storedOffset, new, newOffset) { return .same }
        let before = try LineFields(stored, position: position)
        let after = try LineFields(new, position: position)
        guard stored.extracting(before.id).isEqual(to: new.extracting(after.id)),
            stored.extracting(before.source).isEqual(to: new.extracting(after.source))
        else { return .otherEvent }
        if try SameContent.thoroughly(stored, new, position: position, keys: keys) { return .same }
        return .different(
            EventKey(
                source: String(decoding: stored.unescaped(before.source), as: UTF8.self),
                id: String(decoding: stored.unescaped(before.id), as: UTF8.self)))
    }

    /// When an event is recorded, or why it cannot be.
    func recordedTime(
        of event: PreparedEvent, _ policy: RecordedTimePolicy, _ head: HeadRecord, now: Int64
    ) -> Judgement {
        guard policy != .now else {
            guard event.isPlanned || event.time <= now + options.clockSkewMicroseconds else {
                return .refused(
                    EventProblem(
                        code: ProblemCode.future, pointer: "/time",
                        expected:
                            "a time not later than \(Instant(microseconds: now)), the ledger's clock, and "
                            + "five minutes",
                        found: "\(Instant(microseconds: event.time))"))
            }
            return .new(recorded: now)
        }
        let recorded = policy == .effective ? event.time : event.recordedBefore
        let pointer = policy == .effective ? "/time" : "/recordedtime"
        func refusal(_ expected: String, _ found: String) -> Judgement {
            .refused(
                EventProblem(
                    code: ProblemCode.recordedTime, pointer: pointer, expected: expected, found: found))
        }
        guard recorded != .min else {
            return refusal("the time at which the older system recorded it", "nothing")
        }
        let text = "\(Instant(microseconds: recorded))"
        guard head.firstRecordedNow == .max else {
            return refusal(
                "no recorded times of older systems any more: since position \(head.firstRecordedNow) events "
                    + "are recorded by the ledger's clock. Import later histories with --recorded now", text)
        }
        guard recorded <= now else {
            return refusal("a recorded time not later than now, \(Instant(microseconds: now))", text)
        }
        guard recorded >= head.lastRecorded else {
            return refusal(
                "a recorded time not before that of the event before it, "
                    + "\(Instant(microseconds: head.lastRecorded)). Import all files of a takeover together",
                text)
        }
        return .new(recorded: recorded)
    }
}
