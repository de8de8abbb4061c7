import EventLog
public import Events
import Merkle
import Views

extension Ledger {
    /// The proof that an event is in the ledger, with its sealed line, as a C2SP tlog-proof.
    ///
    /// - Throws: `notFound`; `notAllowed` where no checkpoint covers the event yet.
    public func proveInclusion(of reference: EventReference) async throws(LedgerError) -> String {
        try asking {
            let position = try EventPage(log).position(of: reference)
            return try log.read { view in
                let signed = try signed(covering: position.rawValue + 1, view)
                let proof = try view.inclusionProof(
                    of: position, amongFirst: Position(signed.checkpoint.size))
                return TransparencyProof(
                    extra: try view.line(at: position), index: position.rawValue, hashes: proof.hashes,
                    note: signed.note
                ).description
            }
        }
    }

    /// Where an event stands that a person names.
    public func position(of reference: EventReference) throws(LedgerError) -> UInt64 {
        try asking { try EventPage(log).position(of: reference).rawValue }
    }

    /// The proof that the ledger continues what an earlier checkpoint states.
    ///
    /// - Parameter note: that checkpoint, as it was kept outside.
    /// - Throws: `verification` where the ledger does not continue it.
    public func proveConsistency(from note: [UInt8]) async throws(LedgerError) -> JSONValue {
        try asking {
            guard let text = String(validating: note, as: UTF8.self) else {
                throw LedgerError(.badData, "the earlier checkpoint is not UTF-8 text")
            }
            let note = try ProofCheck.note(text)
            return try log.read { view in
                let earlier = try Trust(view.signingEras()).checkpoint(note)
                let signed = try signed(covering: 1, view)
                let later = signed.checkpoint
                guard earlier.size <= later.size else {
                    throw LedgerError(
                        .verification,
                        "the checkpoint is about \(earlier.size) events; this ledger signed for \(later.size) only: "
                            + "it was rolled back, or is a copy from before")
                }
                guard earlier.size > 0, try view.root(ofFirst: Position(earlier.size)) == earlier.root else {
                    throw LedgerError(
                        .verification,
                        "the first \(earlier.size) events of this ledger are not those of the checkpoint: one of "
                            + "the two histories is a fork")
                }
                let proof = try view.consistencyProof(
                    from: Position(earlier.size), toFirst: Position(later.size))
                return [
                    "format": .string(BundleFormat.consistency.rawValue),
                    "earlier": .string(note.description),
                    "later": .string(signed.note.description), "proof": proof.hashes.bundled,
                ]
            }
        }
    }

    /// All events of one customer, of the ids that were merged into it too, with their proofs, and the ledger's
    /// signed statement that these are all.
    ///
    /// - Throws: `notFound`; `notAllowed` where the checkpoint or the statement cannot be signed.
    public func proveCustomer(_ id: String) async throws(LedgerError) -> JSONValue {
        try asking {
            try log.read { view in
                let signed = try signed(covering: 1, view)
                let size = Position(signed.checkpoint.size)
                guard let known = try lane.members(of: id, known: size.rawValue) else {
                    throw LedgerError(.notFound, "the ledger does not know customer \(id)")
                }
                let customers = [known.root] + known.members.filter { $0 != known.root }.sorted()
                var lines: [(position: Position, line: [UInt8])] = []
                for customer in customers {
                    try view.forEachEvent(.customer(customer), upTo: size) { position, line in
                        lines.append((position, line.copied))
                        return true
                    }
                }
                lines.sort { $0.position < $1.position }
                let statement = CustomerStatement(
                    signed.checkpoint, lines: lines.map(\.line), customers: customers)
                let events = try lines.map { position, line in
                    Self.bundled(line, position, try view.inclusionProof(of: position, amongFirst: size))
                }
                return [
                    "format": .string(BundleFormat.customer.rawValue),
                    "checkpoint": .string(signed.note.description),
                    "statement": .string(try log.sign(statement: statement.text).description),
                    "events": .array(events),
                ]
            }
        }
    }

    /// An event in a bundle: where it stands, its sealed line, and the way from there to the root.
    static func bundled(_ line: [UInt8], _ position: Position, _ proof: InclusionProof) -> JSONValue {
        [
            "position": .number(Double(position.rawValue)),
            "line": .string(String(decoding: line, as: UTF8.self)),
            "proof": proof.hashes.bundled,
        ]
    }

    /// The last signed checkpoint, which must cover so many events.
    func signed(covering count: UInt64, _ view: borrowing LogView) throws -> SignedCheckpoint {
        guard let last = try view.lastCheckpoint(), last.checkpoint.size >= count else {
            throw LedgerError(
                .notAllowed,
                "no signed checkpoint covers the first \(count) events yet: run `daybook checkpoint` first")
        }
        return last
    }
}

extension Span<UInt8> {
    /// A copy that may outlive what lent the bytes.
    var copied: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in indices { bytes.append(self[index]) }
        return bytes
    }
}
