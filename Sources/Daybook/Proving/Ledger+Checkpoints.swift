import EventLog
public import Events
import Merkle

extension Ledger {
    /// The public key that the ledger signs with, in the form of signed notes: `name+id+key`.
    public func publicKey() throws(LedgerError) -> String {
        try asking { try log.read { try $0.signingEras().last?.key.text ?? log.facts.publicKey } }
    }

    /// Signs the ledger as it stands, after proof that it continues what was signed before. Where nothing was
    /// appended since, gives what was signed then, with the cosignatures that were kept.
    ///
    /// - Returns: `{origin, size, root, checkpoint (the signed note), signatures, keys}`.
    /// - Throws: `verification` where the ledger does not continue what it signed; `notAllowed` where it was
    ///   opened for reading and there is something to sign.
    public func checkpoint() async throws(LedgerError) -> JSONValue {
        try asking {
            let current = try log.read { view in
                try view.checkpoint(ofSize: view.head.rawValue).map { try answer($0, view) }
            }
            if let current, !log.isWritable { return current }
            let signed = try log.signCheckpoint()
            return try log.read { try answer(signed, $0) }
        }
    }

    /// Whether all that a ledger holds, or its first events so many, was signed for already.
    public static func isSigned(_ path: String, upTo count: UInt64? = nil) throws(LedgerError) -> Bool {
        try asking {
            let log = try EventLog(opening: path, access: .read)
            defer { try? log.close() }
            return try log.read { view in
                let needed = count ?? view.head.rawValue
                return try view.lastCheckpoint().map { $0.checkpoint.size >= needed } ?? false
            }
        }
    }

    /// Keeps a witness's cosignature of a checkpoint that this ledger signed.
    ///
    /// - Parameters:
    ///   - note: the checkpoint with the cosignature on it.
    ///   - key: the witness's key: `name+id+key`.
    public func addCosignature(_ note: [UInt8], of key: String) async throws(LedgerError) -> JSONValue {
        let witness = try Trust.key(key)
        return try asking {
            guard let text = String(validating: note, as: UTF8.self) else {
                throw LedgerError(.badData, "the cosigned checkpoint is not UTF-8 text")
            }
            let parsed: SignedNote
            do { parsed = try SignedNote(parsing: text) } catch { throw LedgerError(.badData, "\(error)") }
            let signed: SignedCheckpoint
            do throws(LogError) { signed = try log.addCosignatures(of: parsed, by: witness) } catch {
                throw error.category == .invalid
                    ? LedgerError(.verification, error.message) : LedgerError.wrapping(error)
            }
            return try log.read { try answer(signed, $0) }
        }
    }

    /// Takes a new key to sign with. The old one signs once more, together with the new one, and is destroyed.
    ///
    /// - Parameter name: the ledger's name on checkpoints, typed by whoever wants it.
    public func rotateKey(confirming name: String) async throws(LedgerError) -> JSONValue {
        try asking {
            guard name == origin else {
                throw LedgerError(
                    .usage,
                    "a new key takes the place of the old one for ever: confirm it with the ledger's name, \(origin)"
                )
            }
            let signed = try log.rotateSigningKey()
            return try log.read { try answer(signed, $0) }
        }
    }

    private func answer(_ signed: SignedCheckpoint, _ view: borrowing LogView) throws -> JSONValue {
        let eras = try view.signingEras()
        let witnesses = try view.witnesses()
        let signatures = signed.note.signatures.map { signature -> JSONValue in
            let isOwn = eras.contains { $0.key.keyID == signature.keyID && $0.key.name == signature.name }
            let witness = witnesses.first { $0.keyID == signature.keyID && $0.name == signature.name }
            return [
                "name": .string(signature.name), "by": isOwn ? "ledger" : "witness",
                "key": (isOwn ? eras.first { $0.key.keyID == signature.keyID }?.key : witness).map {
                    .string($0.text)
                } ?? .null,
            ]
        }
        return [
            "origin": .string(signed.checkpoint.origin), "size": .number(Double(signed.checkpoint.size)),
            "root": .string(signed.checkpoint.root.base64Text),
            "checkpoint": .string(signed.note.description),
            "signatures": .array(signatures),
            "keys": .array(eras.map { ["key": .string($0.key.text), "from": .number(Double($0.from))] }),
        ]
    }
}
