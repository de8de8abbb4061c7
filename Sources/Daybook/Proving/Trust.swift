import EventLog
import Merkle

/// The keys that whoever checks a proof believes in, got by another way than the proof.
public struct Trust: Sendable {
    private let keys: [NoteVerifierKey]
    private let witnesses: [NoteVerifierKey]

    /// Keys in the form of signed notes, as `daybook checkpoint --public-key` prints them.
    ///
    /// - Parameters:
    ///   - keys: of the log, at least one: of one that took new keys, those of the times in question.
    ///   - witnesses: all of these must have signed as well.
    /// - Throws: `usage` where one is no key.
    public init(keys: [String], witnesses: [String] = []) throws(LedgerError) {
        guard !keys.isEmpty else {
            throw LedgerError(.usage, "nothing can be checked without the ledger's public key")
        }
        self.keys = try keys.map(Self.key)
        self.witnesses = try witnesses.map(Self.key)
        for key in self.keys where key.kind != .plain {
            throw LedgerError(.usage, "the key of \(key.name) is a witness's, not a ledger's")
        }
    }

    /// The keys of a ledger itself.
    init(_ eras: [SigningEra]) {
        keys = eras.map(\.key)
        witnesses = []
    }

    /// Reads a verifier key.
    static func key(_ text: String) throws(LedgerError) -> NoteVerifierKey {
        do {
            return try NoteVerifierKey(parsing: text)
        } catch {
            throw LedgerError(
                .usage,
                "“\(text.prefix(120))” is no public key, or was changed: as `daybook checkpoint --public-key` prints "
                    + "it, it has a name, eight hexadecimal digits and base64, joined by plus signs")
        }
    }

    /// The checkpoint that a note states, signed by a key that is believed in and by every witness.
    func checkpoint(_ note: SignedNote, isWitnessed: Bool = true) throws(LedgerError) -> Checkpoint {
        do {
            let checkpoint = try Checkpoint(parsing: note.text)
            try verify(note, ofOrigin: checkpoint.origin)
            if isWitnessed { for witness in witnesses { try note.verify(with: witness) } }
            return checkpoint
        } catch let error as LedgerError {
            throw error
        } catch {
            throw LedgerError(.verification, "\(error)")
        }
    }

    /// Checks that a ledger of an origin signed a note.
    func verify(_ note: SignedNote, ofOrigin origin: String) throws(LedgerError) {
        guard let named = keys.first(where: { $0.name == origin }) else {
            throw LedgerError(
                .verification,
                "the proof is of the ledger \(origin); the keys that were given are of "
                    + keys.map(\.name).joined(separator: ", "))
        }
        var isSigned = false
        for key in keys where key.name == origin {
            do throws(NoteError) {
                try note.verify(with: key)
                isSigned = true
            } catch .unsigned {
                continue
            } catch {
                throw LedgerError(.verification, "\(error)")
            }
        }
        guard isSigned else {
            throw LedgerError(
                .verification,
                "the signature on the checkpoint is not of the key \(named.hexID) that was given: it is a forgery, "
                    + "or the ledger took another key since. `daybook checkpoint --json` lists a ledger's keys"
            )
        }
    }
}
