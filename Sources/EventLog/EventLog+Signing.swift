import LMDB
public import Merkle

/// Signing. What is signed is never inconsistent with what was signed before: that is proved first, by the
/// tree itself, and the new checkpoint is stored in the transaction that finds the head unchanged.
extension EventLog {
    /// Signs the log as it stands; where nothing was appended since the last time, gives what was signed then.
    ///
    /// - Throws: `damaged` where the log does not continue what was signed before, `keys`, `readOnly`.
    public func signCheckpoint() throws(LogError) -> SignedCheckpoint {
        try signing { snapshot, last, eras in
            if let last, last.checkpoint.size == snapshot.head.count,
                last.isSigned(by: eras[eras.count - 1].key)
            {
                return nil
            }
            return (try self.signed(snapshot, last, eras, with: nil), eras)
        }
    }

    /// Takes a new key to sign with. The checkpoint at which it begins is signed by the old key as well, whose
    /// secret is then destroyed; what it signed stays verifiable.
    ///
    /// - Throws: as `signCheckpoint` does.
    public func rotateSigningKey() throws(LogError) -> SignedCheckpoint {
        guard isWritable else { throw readOnly }
        let next = try KeyFiles.createNextSigningKey(folder: folder + "/keys", origin: facts.origin)
        let signed = try signing { snapshot, last, eras in
            let signed = try self.signed(snapshot, last, eras, with: next)
            return (signed, eras + [SigningEra(key: next.verifier, from: snapshot.head.count)])
        }
        try KeyFiles.installNextSigningKey(folder: folder + "/keys")
        return signed
    }

    /// Signs a text that is no checkpoint, by the key that is in use: a statement of the ledger about itself.
    ///
    /// - Parameter text: ends in a newline. Its first line names what it is, and is not the ledger's origin.
    package func sign(statement text: String) throws(LogError) -> SignedNote {
        precondition(!text.hasPrefix(facts.origin + "\n"), "a statement must not look like a checkpoint")
        return try storing {
            let eras = try storage.environment.read { try storage.signingEras(in: $0) }
            let key = try currentKey(eras)
            var note = try SignedNote(text: text)
            try note.sign(with: key)
            return note
        }
    }

    /// Keeps a witness's signatures of a checkpoint that this ledger signed, and the witness's key.
    ///
    /// - Throws: `invalid` where the note is not exactly such a checkpoint, or the witness did not sign it.
    public func addCosignatures(
        of note: SignedNote, by witness: NoteVerifierKey
    ) throws(LogError) -> SignedCheckpoint {
        guard isWritable else { throw readOnly }
        return try storing {
            let claimed = try Self.reading { () throws(NoteError) in try SignedCheckpoint(note).checkpoint }
            try Self.reading { () throws(NoteError) in try note.verify(with: witness) }
            var transaction = try storage.environment.beginWriting()
            let own = try storage.checkpoint(ofSize: claimed.size, in: transaction.reading)
            guard let own, own.note.text == note.text else {
                throw LogError(
                    .invalid,
                    "the note is about \(claimed.size) events of \(claimed.origin), and this ledger never signed "
                        + "exactly that: a witness signs what `daybook checkpoint` printed")
            }
            guard
                !own.note.signatures.contains(where: { $0.name == witness.name && $0.keyID == witness.keyID })
            else { return own }
            let eras = try storage.signingEras(in: transaction.reading)
            guard !eras.contains(where: { $0.key.keyBytes == witness.keyBytes }) else {
                throw LogError(.invalid, "the witness's key is a key of this ledger: it witnesses nothing")
            }
            var kept = own.note
            for signature in note.signatures
            where signature.name == witness.name && signature.keyID == witness.keyID {
                kept.add(signature)
            }
            let signed = try Self.reading { () throws(NoteError) in try SignedCheckpoint(kept) }
            let known = try storage.witnesses(in: transaction.reading)
            try storage.put(signed, in: &transaction)
            if !known.contains(witness) { try storage.put(known + [witness], in: &transaction) }
            try transaction.commit()
            return signed
        }
    }

    // MARK: Steps

    private typealias Change = (signed: SignedCheckpoint, eras: [SigningEra])

    /// Lends a snapshot, and stores what comes of it if the head is then still the same; tries again if not.
    private func signing(
        _ body: (LogSnapshot, SignedCheckpoint?, [SigningEra]) throws -> Change?
    ) throws(LogError) -> SignedCheckpoint {
        guard isWritable else { throw readOnly }
        return try storing {
            while true {
                let snapshot = try LogSnapshot(storage)
                let last = try storage.lastCheckpoint(in: snapshot.transaction)
                let eras = try storage.signingEras(in: snapshot.transaction)
                guard let change = try body(snapshot, last, eras) else {
                    guard let last else {
                        preconditionFailure("there is a checkpoint where none is to be signed")
                    }
                    return last
                }
                var transaction = try storage.environment.beginWriting()
                guard try storage.head(in: transaction.reading) == snapshot.head,
                    try storage.lastCheckpoint(in: transaction.reading) == last,
                    try storage.signingEras(in: transaction.reading) == eras
                else { continue }
                try storage.put(change.signed, in: &transaction)
                if change.eras != eras { try storage.put(change.eras, in: &transaction) }
                try transaction.commit()
                return change.signed
            }
        }
    }

    /// The log of a snapshot, signed: by the key in use, and by the next one if there is one.
    private func signed(
        _ snapshot: LogSnapshot, _ last: SignedCheckpoint?, _ eras: [SigningEra], with next: NoteSigningKey?
    ) throws -> SignedCheckpoint {
        guard let root = TreeHash(bytes: snapshot.head.root) else {
            preconditionFailure("a head record holds 32 bytes of root")
        }
        let checkpoint = Checkpoint(origin: facts.origin, size: snapshot.head.count, root: root)
        var note = try SignedNote(text: checkpoint.text)
        if let last {
            try Self.prove(checkpoint, continues: last, eras, snapshot)
            // A checkpoint of the same size keeps what was signed on it.
            if last.checkpoint.size == checkpoint.size { note = last.note }
        }
        let key = try currentKey(eras)
        if !note.signatures.contains(where: { $0.keyID == key.verifier.keyID && $0.name == key.verifier.name }
        ) {
            try note.sign(with: key)
        }
        if let next { try note.sign(with: next) }
        return try SignedCheckpoint(note)
    }

    private func currentKey(_ eras: [SigningEra]) throws(LogError) -> NoteSigningKey {
        guard let newest = eras.last else { throw LogError(.damaged, "the log names no key to sign with") }
        return try KeyFiles.readSigningKey(folder: folder + "/keys", named: newest.key)
    }

    /// Refuses to go on from a checkpoint that the log no longer continues.
    private static func prove(
        _ checkpoint: Checkpoint, continues last: SignedCheckpoint, _ eras: [SigningEra],
        _ snapshot: LogSnapshot
    ) throws {
        let earlier = last.checkpoint
        guard earlier.origin == checkpoint.origin, eras.contains(where: { last.isSigned(by: $0.key) }) else {
            throw LogError(
                .damaged,
                "the last checkpoint that is stored was not signed by this ledger; nothing was signed")
        }
        guard earlier.size <= checkpoint.size else {
            throw LogError(
                .damaged,
                "the ledger holds \(checkpoint.size) events, but signed for \(earlier.size): it was rolled back "
                    + "or its tail was cut; nothing was signed")
        }
        let tree = TileTree(
            size: checkpoint.size, source: StoredTiles(snapshot: snapshot, size: checkpoint.size))
        do throws(ProofError) {
            let proof: ConsistencyProof
            do { proof = try tree.consistencyProof(from: earlier.size) } catch {
                throw .impossibleSizes(error.message)
            }
            try proof.verify(earlierRoot: earlier.root, laterRoot: checkpoint.root)
        } catch {
            throw LogError(
                .damaged,
                "the ledger does not continue the \(earlier.size) events that it signed for: the past was "
                    + "changed (\(error)); nothing was signed")
        }
    }

    /// Gives the errors of notes that came from outside the log's type.
    private static func reading<Result>(_ body: () throws(NoteError) -> Result) throws(LogError) -> Result {
        do { return try body() } catch { throw LogError(.invalid, "\(error)") }
    }

    private var readOnly: LogError {
        LogError(.readOnly, "the log of \(folder) was opened for reading only")
    }
}

extension SignedCheckpoint {
    /// Whether a key signed it.
    public func isSigned(by key: NoteVerifierKey) -> Bool {
        do {
            try note.verify(with: key)
            return true
        } catch {
            return false
        }
    }
}
