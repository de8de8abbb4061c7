public import Events
public import Merkle

extension LogView {
    /// All checkpoints that were signed, the smallest first.
    public func checkpoints() throws -> [SignedCheckpoint] {
        try snapshot.storage.checkpoints(in: snapshot.transaction)
    }

    /// The checkpoint that was signed last; nil where none was yet.
    public func lastCheckpoint() throws -> SignedCheckpoint? {
        try snapshot.storage.lastCheckpoint(in: snapshot.transaction)
    }

    /// The checkpoint that was signed when the log held so many events; nil where none was.
    public func checkpoint(ofSize size: UInt64) throws -> SignedCheckpoint? {
        try snapshot.storage.checkpoint(ofSize: size, in: snapshot.transaction)
    }

    /// The keys that the ledger signed with, the first one first.
    public func signingEras() throws -> [SigningEra] {
        try snapshot.storage.signingEras(in: snapshot.transaction)
    }

    /// The keys of the witnesses whose cosignatures were kept.
    public func witnesses() throws -> [NoteVerifierKey] {
        try snapshot.storage.witnesses(in: snapshot.transaction)
    }

    /// The hashes of one tile of the tree, in a tree of the first events, so many; none where there is no such
    /// tile. Traps where the log holds fewer.
    public func tile(_ address: TileAddress, ofFirst count: Position) throws -> [TreeHash] {
        precondition(count <= head, "the log holds \(head) events, not \(count)")
        return try snapshot.storage.tile(address, inTreeOf: count.rawValue, in: snapshot.transaction)
    }
}
