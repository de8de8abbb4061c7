import Events
import LMDB

/// What can be said of voids, corrections, merges and splits only by looking at the log.
extension LogWriter {
    /// The event that a void or a correction names.
    private struct Target {
        let position: UInt64
        let type: String
        let subject: String?
    }

    /// Why a void, merge or split is refused, or nil. Ordinary events cost one comparison.
    mutating func act(
        _ event: Int, of number: Int, _ requests: [AppendRequest], _ plan: CommitPlan,
        in transaction: borrowing ReadTransaction
    ) throws -> EventProblem? {
        let kind = requests[number].batch.events[event].kind
        guard kind != .plain, kind != .correction else { return nil }
        let envelope = try parse(event, of: number, requests)
        switch kind {
        case .plain, .correction: return nil
        case .void:
            let (target, problem) = try target(
                of: envelope, below: plan.head.count, plan, requests, in: transaction)
            guard let target else { return problem }
            if !(schemas.current.schema(type: target.type)?.isVoidable ?? true) {
                return Self.problem("an event that can be voided", "one of type \(target.type)")
            }
            try loadMerges(plan, in: transaction)
            merges?.void(target.position, at: plan.head.count)
        case .merge:
            guard let ended = envelope.subject, let into = text("into", of: envelope) else { return nil }
            try loadMerges(plan, in: transaction)
            if let objection = merges?.objection(merging: ended, into: into) {
                return EventProblem(
                    code: ProblemCode.merge, pointer: "/data/into",
                    expected: "a customer that goes on when \(ended) ends", found: objection)
            }
            merges?.merge(ended, into: into, at: plan.head.count)
        case .split:
            guard let freed = envelope.subject, let from = text("from", of: envelope) else { return nil }
            try loadMerges(plan, in: transaction)
            if let objection = merges?.objection(splitting: freed, from: from) {
                return EventProblem(
                    code: ProblemCode.merge, pointer: "/data/from",
                    expected: "the customer that \(freed) is merged into", found: objection)
            }
            merges?.split(freed, from: from, at: plan.head.count)
        }
        return nil
    }

    /// Validates and seals the data of a correction by its target; why it is refused, or nil.
    mutating func finishCorrection(
        _ event: Int, of number: Int, _ requests: inout [AppendRequest], _ plan: CommitPlan,
        in transaction: borrowing ReadTransaction
    ) throws -> EventProblem? {
        let envelope = try parse(event, of: number, requests)
        let (target, problem) = try target(
            of: envelope, below: plan.head.count, plan, requests, in: transaction)
        guard let target else { return problem }
        guard let schema = schemas.current.schema(type: target.type) else {
            return schemas.current.unknownType(target.type)
        }
        if !schema.isVoidable || schema.isLedgerOwn {
            return Self.problem("an event that can be corrected", "one of type \(target.type)")
        }
        if ["event.voided", "event.corrected", "customer.merged", "customer.split"].contains(target.type) {
            return Self.problem(
                "an event that can be corrected",
                "one of type \(target.type), which acts on others: void it and enter it again")
        }
        do throws(EventProblem) {
            try preparer.finishCorrection(
                event, of: &requests[number].batch, target: schema, subject: target.subject)
            return nil
        } catch {
            return error
        }
    }

    /// Reads the line of an event of a batch.
    func parse(_ event: Int, of number: Int, _ requests: [AppendRequest]) throws -> Envelope {
        let range = requests[number].batch.range(event)
        let bytes = requests[number].batch.bytes
        try reader.parse(bytes.span.extracting(range))
        return try Envelope.read(reader, node: 0, stored: true)
    }

    private func text(_ name: StaticString, of envelope: Envelope) -> String? {
        guard let node = reader.member(envelope.dataNode, name), reader.kind(node) == .string else {
            return nil
        }
        return reader.string(node)
    }

    private mutating func target(
        of envelope: Envelope, below end: UInt64, _ plan: CommitPlan, _ requests: [AppendRequest],
        in transaction: borrowing ReadTransaction
    ) throws -> (Target?, EventProblem?) {
        guard let source = text("source", of: envelope), let id = text("id", of: envelope) else {
            return (nil, nil)
        }
        let key = IndexKeys.idKey(id: id.utf8.span, source: source.utf8.span)
        let (sourceText, idText) = (EscapedText(source), EscapedText(id))
        let known = try storage.indexes.positions(ofIDs: key...key, in: transaction)
        for position in known + tail.positions(.id, keys: key...key, below: end) where position < end {
            let target = try withLine(at: position, plan, requests, in: transaction) { line, _ -> Target? in
                let fields = try LineFields(line, position: position)
                guard sourceText.isText(of: line, at: fields.source), idText.isText(of: line, at: fields.id)
                else {
                    return nil
                }
                let subject =
                    fields.subject.isEmpty
                    ? nil : String(decoding: line.unescaped(fields.subject), as: UTF8.self)
                return Target(
                    position: position, type: String(decoding: line.unescaped(fields.type), as: UTF8.self),
                    subject: subject)
            }
            if let target { return (target, nil) }
        }
        return (
            nil,
            Self.problem(
                "an event in the log, or earlier in the batch", "none of source \(source) and id \(id)")
        )
    }

    private static func problem(_ expected: String, _ found: String) -> EventProblem {
        EventProblem(code: ProblemCode.target, pointer: "/data/id", expected: expected, found: found)
    }

    /// Reads the acts of the log, the first time that they are needed. What is staged is not among them: of
    /// each staged act `act` tells the graph itself, and the first of them comes here before.
    private mutating func loadMerges(_ plan: CommitPlan, in transaction: borrowing ReadTransaction) throws {
        guard merges == nil else { return }
        var positions: [UInt64] = []
        for type in ["customer.merged", "customer.split", "event.voided"] {
            positions += try self.positions(ofType: type, in: transaction)
        }
        var graph = MergeGraph()
        for position in positions.sorted() {
            try storage.withLine(at: position, in: transaction) { line, _ in try reader.parse(line) }
            let envelope = try Envelope.read(reader, node: 0, stored: true)
            switch envelope.type {
            case "customer.merged":
                if let ended = envelope.subject, let into = text("into", of: envelope) {
                    graph.merge(ended, into: into, at: position)
                }
            case "customer.split":
                if let freed = envelope.subject, let from = text("from", of: envelope) {
                    graph.split(freed, from: from, at: position)
                }
            case "event.voided":
                if let target = try target(of: envelope, below: position, plan, [], in: transaction).0 {
                    graph.void(target.position, at: position)
                }
            default: continue
            }
        }
        merges = graph
    }
}
