public import Merkle

/// A checkpoint with the signatures on it: the ledger's own, and those of witnesses that were kept.
public struct SignedCheckpoint: Hashable, Sendable {
    /// What is signed.
    public let checkpoint: Checkpoint
    /// The note that states it.
    public let note: SignedNote

    /// The checkpoint that a note states. Nothing is verified here.
    public init(_ note: SignedNote) throws(NoteError) {
        checkpoint = try Checkpoint(parsing: note.text)
        self.note = note
    }
}

/// One of the keys that a ledger signed with, one after the other.
public struct SigningEra: Hashable, Sendable {
    /// The public key.
    public let key: NoteVerifierKey
    /// The size of the log at which the key began; 0 for the first.
    public let from: UInt64

    /// A key and where it began.
    public init(key: NoteVerifierKey, from: UInt64) {
        self.key = key
        self.from = from
    }
}
