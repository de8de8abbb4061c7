import Events
import LMDB
import Merkle

/// How signed checkpoints and the keys on them are stored: beside the head, in the same database.
extension LogStorage {
    /// All signed checkpoints, the smallest first.
    func checkpoints(in transaction: borrowing ReadTransaction) throws -> [SignedCheckpoint] {
        var found: [SignedCheckpoint] = []
        try transaction.forEach(in: state, from: LogFormat.checkpointKey) { key, value in
            guard Self.isCheckpoint(key) else { return false }
            found.append(try Self.checkpoint(value))
            return true
        }
        return found
    }

    /// The checkpoint that was signed last, which is the largest.
    func lastCheckpoint(in transaction: borrowing ReadTransaction) throws -> SignedCheckpoint? {
        try transaction.withCursor(in: state) { cursor in
            let beyond = LogFormat.checkpointKey.appending(UInt64.max)
            guard try cursor.seek(before: beyond) else { return nil }
            return try cursor.withCurrent { key, value in
                Self.isCheckpoint(key) ? try Self.checkpoint(value) : nil
            }
        }
    }

    /// The checkpoint that was signed at a size.
    func checkpoint(ofSize size: UInt64, in transaction: borrowing ReadTransaction) throws
        -> SignedCheckpoint?
    {
        try transaction.value(for: LogFormat.checkpointKey.appending(size), in: state) {
            try Self.checkpoint($0)
        }
    }

    /// Stores a signed checkpoint, in the place of one of the same size.
    func put(_ signed: SignedCheckpoint, in transaction: inout WriteTransaction) throws {
        let key = LogFormat.checkpointKey.appending(signed.checkpoint.size)
        try transaction.put(Array(signed.note.description.utf8).span, for: key, in: state)
    }

    private static func isCheckpoint(_ key: Span<UInt8>) -> Bool {
        let prefix = LogFormat.checkpointKey
        guard key.count == prefix.count + 8 else { return false }
        for index in 0..<prefix.count where key[index] != prefix[index] { return false }
        return true
    }

    private static func checkpoint(_ value: Span<UInt8>) throws -> SignedCheckpoint {
        do {
            return try SignedCheckpoint(SignedNote(parsing: value.text))
        } catch {
            throw LogError(.damaged, "a signed checkpoint of the log cannot be read: \(error)")
        }
    }

    /// The keys that the ledger signed with, the first one first.
    func signingEras(in transaction: borrowing ReadTransaction) throws -> [SigningEra] {
        let text = try transaction.copy(of: LogFormat.signingKeysKey, in: state)
        do {
            guard let text else {
                let first = try NoteVerifierKey(parsing: facts(in: transaction).publicKey)
                return [SigningEra(key: first, from: 0)]
            }
            return try (JSONValue(parsing: text.span).arrayValue ?? []).map { entry in
                SigningEra(
                    key: try NoteVerifierKey(parsing: entry["key"]?.stringValue ?? ""),
                    from: UInt64(entry["from"]?.integerValue ?? 0))
            }
        } catch {
            throw LogError(.damaged, "the log's list of its signing keys cannot be read: \(error)")
        }
    }

    /// Stores the keys that the ledger signed with.
    func put(_ eras: [SigningEra], in transaction: inout WriteTransaction) throws {
        let entries = eras.map { era -> JSONValue in
            ["from": .number(Double(era.from)), "key": .string(era.key.text)]
        }
        try transaction.put(
            JSONValue.array(entries).canonicalBytes.span, for: LogFormat.signingKeysKey, in: state)
    }

    /// The keys of the witnesses whose cosignatures were kept.
    func witnesses(in transaction: borrowing ReadTransaction) throws -> [NoteVerifierKey] {
        guard let text = try transaction.copy(of: LogFormat.witnessesKey, in: state) else { return [] }
        do {
            return try (JSONValue(parsing: text.span).arrayValue ?? []).map {
                try NoteVerifierKey(parsing: $0.stringValue ?? "")
            }
        } catch {
            throw LogError(.damaged, "the log's list of witnesses cannot be read: \(error)")
        }
    }

    /// Stores the keys of witnesses.
    func put(_ witnesses: [NoteVerifierKey], in transaction: inout WriteTransaction) throws {
        let texts = witnesses.map { JSONValue.string($0.text) }
        try transaction.put(
            JSONValue.array(texts).canonicalBytes.span, for: LogFormat.witnessesKey, in: state)
    }
}
