import EventLog
public import Events
import Foundation
import Merkle
import Projection
import Views

extension Ledger {
    /// Puts what the live generation of views says into the log: an event with the Merkle root over all rows,
    /// evaluated at the generation's point.
    ///
    /// Rows are attested as they are without what they would look up in events (names and birthdays, the texts of
    /// ids): null stands in its place. So the root says nothing of personal values, needs no key to be computed again,
    /// and is the same after a customer was erased.
    ///
    /// - Returns: the event's data, and `event`, its position.
    /// - Throws: `notFound` where there is no generation, `failed` where this program cannot make its rows.
    public func attest(by actor: String) async throws(LedgerError) -> JSONValue {
        try asking {
            // While none is live, what is answered is what the newest would answer.
            guard let generation = lane.liveGeneration() ?? lane.generations().last else {
                throw LedgerError(.notFound, "there is no generation of the views to attest yet")
            }
            let point = try attestedPoint(
                position: generation.position, effectiveAt: generation.effectiveAt, policy: generation.policy,
                versions: generation.versions)
            let rows = try wholeTree(at: point)
            try lane.keepAttested(try rows.upperPart, of: generation.id)
            let versions = generation.versions.sorted { $0.key < $1.key }.map {
                ($0.key, JSONValue.number(Double($0.value)))
            }
            let data: JSONValue = [
                "generation": .number(Double(generation.id)), "root": .string(try rows.root().base64Text),
                "rows": .number(Double(rows.count)), "position": .number(Double(generation.position)),
                "effective_at": .string(generation.effectiveAt.description),
                "policy": .string(generation.policy), "versions": .object(JSONObject(versions)),
            ]
            let event: JSONValue = [
                "specversion": "1.0", "id": .string(UUID().uuidString.lowercased()), "source": "daybook:",
                "type": .string(Attestation.type), "time": .string(clock().description), "authtype": "user",
                "authid": .string(actor), "data": data,
            ]
            let result = try log.appendOwn([IncomingEvent(event)])
            follower.follow()
            var answer = data.objectValue ?? JSONObject()
            answer["event"] = .number(Double(try Self.report(result).outcomes[0].position))
            return .object(answer)
        }
    }

    /// The proof of one row that the ledger attested.
    ///
    /// - Parameters:
    ///   - customer: as it was named then, after merges.
    ///   - reference: the attestation; nil for the newest that is signed for.
    /// - Throws: `notFound`; `verification` where the rows are no longer those that were attested.
    public func proveRow(
        of customer: String, in name: String, attestedBy reference: EventReference? = nil
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            _ = try chosen([name])
            let (signed, position, line) = try attestation(reference)
            let attested = try Attestation(JSONValue(parsing: line.span))
            let row = try attestedRow(of: customer, in: name, attested, at: position)
            let proof = try log.read {
                try $0.inclusionProof(of: position, amongFirst: Position(signed.checkpoint.size))
            }
            return [
                "format": .string(BundleFormat.row.rawValue), "checkpoint": .string(signed.note.description),
                "attestation": Self.bundled(line, position, proof),
                "row": .string(String(decoding: row.leaf, as: UTF8.self)),
                "index": .number(Double(row.proof.index)), "proof": row.proof.hashes.bundled,
            ]
        }
    }

    /// The attestation that a person names, or the newest; and a checkpoint that covers it.
    private func attestation(
        _ reference: EventReference?
    ) throws -> (signed: SignedCheckpoint, position: Position, line: [UInt8]) {
        let named = try reference.map { try EventPage(log).position(of: $0) }
        return try log.read { view in
            let signed = try signed(covering: (named?.rawValue ?? 0) + 1, view)
            let newest = try view.positions(
                .type(Attestation.type), upTo: Position(signed.checkpoint.size), order: .descending, limit: 1)
            guard let position = named ?? newest.first, let line = try view.line(at: position) else {
                throw LedgerError(.notFound, "the views of this ledger were never attested")
            }
            return (signed, position, line)
        }
    }

    /// One row with its proof: by the part of the tree that was kept, else by all rows evaluated again.
    private func attestedRow(
        of customer: String, in name: String, _ attested: Attestation, at position: Position
    ) throws -> (leaf: [UInt8], proof: InclusionProof) {
        let point = try attestedPoint(
            position: attested.position, effectiveAt: Instant(parsing: attested.effectiveAt),
            policy: attested.policy, versions: attested.versions)
        let kept = lane.attested(attested.generation).flatMap {
            RowTree(upperPart: $0, ofRoot: attested.root, rowModels, rows: rows(at: point))
        }
        // What was kept may be damaged: then its proof leads elsewhere.
        if let row = try kept?.proof(of: customer, in: name), attested.holds(row) { return row }
        guard let row = try wholeTree(at: point).proof(of: customer, in: name) else {
            throw LedgerError(.notFound, "no row of customer \(customer) was attested at \(position)")
        }
        guard attested.holds(row) else {
            throw LedgerError(
                .verification,
                "the rows that the log gives at position \(attested.position) are not those that were attested "
                    + "at @\(position)")
        }
        return row
    }

    private var rowModels: [RegisteredReadModel] { catalogue.filter { !$0.isReportOnly } }

    /// All rows of a point.
    private func wholeTree(at point: ResolvedPoint) throws -> RowTree {
        var base = try lane.everybody(at: point.fold, catalogue: catalogue, names: true)
        base.lookup = NamesLookup(lane: lane, known: point.fold.factsKnown)
        return try RowTree(of: base, rowModels, workers: lane.workers)
    }

    /// One customer's rows of a point, in the order of the views.
    private func rows(at point: ResolvedPoint) -> @Sendable (String) throws -> [JSONValue] {
        let lookup = NamesLookup(lane: lane, known: point.fold.factsKnown)
        return { [self] customer in
            guard var base = try lane.customer(customer, at: point.fold, catalogue: catalogue)?.base,
                base.count == 1
            else { return [] }
            base.lookup = lookup
            return try rowModels.map { try $0.row(0, base) }
        }
    }

    /// A point that was named before, by a generation or an attestation.
    private func attestedPoint(
        position: UInt64, effectiveAt: Instant, policy: String, versions: [String: Int]
    ) throws -> ResolvedPoint {
        guard versions == self.versions else {
            throw LedgerError(
                .failed,
                "the generation was made by other rules than this program's: make a new one with "
                    + "`daybook views rebuild`, or use the program that made it")
        }
        let point = try resolve(effectiveAt: effectiveAt, position: position, knownAt: effectiveAt)
        guard point.answer.policy == policy else {
            throw LedgerError(
                .failed, "the generation is of another policy than held at its point: it was a rehearsal")
        }
        return point
    }
}

/// What attested rows may look up: names, which are no secret, and no event.
private struct NamesLookup: BaseLookup {
    let lane: Views
    let known: UInt64

    func name(of customer: UInt32) throws -> String? { try lane.name(of: customer, known: known) }
    func event(at position: UInt64) -> JSONValue? { nil }
}
