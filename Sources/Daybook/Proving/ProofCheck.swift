public import Events
import Merkle

/// Checks proofs by themselves: no ledger, no server, no clock. Every byte of a proof counts: one that was
/// changed anywhere is refused.
public struct ProofCheck: Sendable {
    let trust: Trust

    /// A check by keys that are believed in.
    public init(_ trust: Trust) { self.trust = trust }

    /// Checks a proof of any form, and says what it proves.
    ///
    /// - Parameters:
    ///   - bytes: a checkpoint, a C2SP tlog-proof, or a bundle of this ledger in JSON.
    ///   - line: the sealed line, for a tlog-proof that does not bring it.
    /// - Returns: `{proves, origin, size, root, …}` and what the form adds.
    /// - Throws: `verification` with the reason.
    public func check(_ bytes: [UInt8], line: [UInt8]? = nil) throws(LedgerError) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LedgerError(.verification, "the proof is not UTF-8 text")
        }
        if text.utf8.starts(with: "c2sp.org/tlog-proof@".utf8) { return try inclusion(text, line: line) }
        guard text.utf8.first == UInt8(ascii: "{") else { return try checkpoint(text) }
        let bundle: JSONValue
        do { bundle = try JSONValue(parsing: bytes.span) } catch {
            throw LedgerError(.verification, "the proof is not whole: \(error)")
        }
        switch bundle["format"]?.stringValue.flatMap(BundleFormat.init(rawValue:)) {
        case .consistency: return try consistency(bundle)
        case .customer: return try customer(bundle)
        case .row: return try row(bundle)
        case nil:
            throw LedgerError(
                .verification,
                "the proof's format is none of \(BundleFormat.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
    }

    // MARK: Forms

    private func checkpoint(_ text: String) throws(LedgerError) -> JSONValue {
        let checkpoint = try trust.checkpoint(try Self.note(text))
        return .object(Self.answer("checkpoint", checkpoint))
    }

    private func inclusion(_ text: String, line given: [UInt8]?) throws(LedgerError) -> JSONValue {
        let proof: TransparencyProof
        do { proof = try TransparencyProof(parsing: text) } catch {
            throw LedgerError(.verification, "\(error)")
        }
        guard let line = proof.extra ?? given else {
            throw LedgerError(
                .verification, "the proof does not bring the event: name the file of its sealed line (--line)"
            )
        }
        if let given, given != line {
            throw LedgerError(.verification, "the line that was given is not the one that the proof is about")
        }
        let checkpoint = try trust.checkpoint(proof.note)
        try Self.verify(line, at: proof.index, proof.hashes, in: checkpoint)
        var answer = Self.answer("inclusion", checkpoint)
        answer["position"] = .number(Double(proof.index))
        answer["event"] = try Self.event(line)
        return .object(answer)
    }

    private func consistency(_ bundle: JSONValue) throws(LedgerError) -> JSONValue {
        let reader = try BundleReader(
            bundle, named: "the proof", members: ["format", "earlier", "later", "proof"])
        let earlier = try trust.checkpoint(try reader.note("earlier"), isWitnessed: false)
        let later = try trust.checkpoint(try reader.note("later"))
        guard earlier.origin == later.origin else {
            throw LedgerError(
                .verification, "the checkpoints are of two ledgers: \(earlier.origin) and \(later.origin)")
        }
        let proof = ConsistencyProof(
            earlierSize: earlier.size, laterSize: later.size, hashes: try reader.hashes("proof"))
        do { try proof.verify(earlierRoot: earlier.root, laterRoot: later.root) } catch {
            throw LedgerError(
                .verification, "the later checkpoint does not continue the earlier one: \(error)")
        }
        var answer = Self.answer("consistency", later)
        answer["from"] = .number(Double(earlier.size))
        return .object(answer)
    }

    private func customer(_ bundle: JSONValue) throws(LedgerError) -> JSONValue {
        let reader = try BundleReader(
            bundle, named: "the proof", members: ["format", "checkpoint", "statement", "events"])
        let checkpoint = try trust.checkpoint(try reader.note("checkpoint"))
        let statement = try reader.note("statement")
        try trust.verify(statement, ofOrigin: checkpoint.origin)
        let customers = try CustomerStatement.customers(in: statement.text)
        var lines: [[UInt8]] = []
        var next: UInt64 = 0
        for element in try reader.elements("events") {
            let event = try BundleReader(element, named: "an event", members: ["position", "line", "proof"])
            let position = try event.number("position")
            guard position >= next else {
                throw LedgerError(.verification, "the event at @\(position) stands out of order")
            }
            next = position + 1
            let line = Array(try event.text("line").utf8)
            try Self.verify(line, at: position, try event.hashes("proof"), in: checkpoint)
            guard let subject = try Self.value(line)["subject"]?.stringValue, customers.contains(subject)
            else {
                throw LedgerError(.verification, "the event at @\(position) is of another customer")
            }
            lines.append(line)
        }
        guard statement.text == CustomerStatement(checkpoint, lines: lines, customers: customers).text else {
            throw LedgerError(
                .verification,
                "these are not the events that the ledger stated to be all of customer \(customers[0])")
        }
        var answer = Self.answer("customer", checkpoint)
        answer["customer"] = .string(customers[0])
        answer["aliases"] = .array(customers.dropFirst().map { .string($0) })
        answer["events"] = .number(Double(lines.count))
        return .object(answer)
    }

    private func row(_ bundle: JSONValue) throws(LedgerError) -> JSONValue {
        let reader = try BundleReader(
            bundle, named: "the proof",
            members: ["format", "checkpoint", "attestation", "row", "index", "proof"])
        let checkpoint = try trust.checkpoint(try reader.note("checkpoint"))
        let attestation = try BundleReader(
            reader.object["attestation"] ?? .null, named: "the attestation",
            members: ["position", "line", "proof"])
        let position = try attestation.number("position")
        let line = Array(try attestation.text("line").utf8)
        try Self.verify(line, at: position, try attestation.hashes("proof"), in: checkpoint)
        let attested = try Attestation(Self.value(line))
        let leaf = Array(try reader.text("row").utf8)
        let proof = InclusionProof(
            index: try reader.number("index"), size: attested.rows, hashes: try reader.hashes("proof"))
        do { try proof.verify(leaf: TreeHasher.leaf(leaf), root: attested.root) } catch {
            throw LedgerError(.verification, "the row is not one of those that the ledger attested: \(error)")
        }
        let row = try Self.value(leaf)
        var answer = Self.answer("row", checkpoint)
        answer["position"] = .number(Double(position))
        answer["known_position"] = .number(Double(attested.position))
        answer["effective_at"] = .string(attested.effectiveAt)
        answer["policy"] = .string(attested.policy)
        answer["customer"] = row["customer"] ?? .null
        answer["view"] = row["view"] ?? .null
        answer["row"] = row["row"] ?? .null
        return .object(answer)
    }

    // MARK: Steps

    static func note(_ text: String) throws(LedgerError) -> SignedNote {
        do { return try SignedNote(parsing: text) } catch { throw LedgerError(.verification, "\(error)") }
    }

    private static func verify(
        _ line: [UInt8], at position: UInt64, _ hashes: [TreeHash], in checkpoint: Checkpoint
    ) throws(LedgerError) {
        let proof = InclusionProof(index: position, size: checkpoint.size, hashes: hashes)
        do { try proof.verify(leaf: TreeHasher.leaf(line), root: checkpoint.root) } catch {
            throw LedgerError(
                .verification,
                "the event is not at @\(position) of the \(checkpoint.size) events that were signed for: \(error)"
            )
        }
    }

    private static func value(_ bytes: [UInt8]) throws(LedgerError) -> JSONValue {
        do { return try JSONValue(parsing: bytes.span) } catch {
            throw LedgerError(.verification, "what was proved is no JSON: \(error)")
        }
    }

    /// What a person wants to know of the event of a line.
    private static func event(_ line: [UInt8]) throws(LedgerError) -> JSONValue {
        let event = try value(line)
        var shown = JSONObject()
        for name in ["type", "subject", "source", "id", "time", "recordedtime"] { shown[name] = event[name] }
        return .object(shown)
    }

    private static func answer(_ what: String, _ checkpoint: Checkpoint) -> JSONObject {
        JSONObject([
            ("proves", .string(what)), ("origin", .string(checkpoint.origin)),
            ("size", .number(Double(checkpoint.size))), ("root", .string(checkpoint.root.base64Text)),
        ])
    }
}
