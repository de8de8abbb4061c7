/// The statement that a log of this origin had so many leaves and this root (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
    /// The name of the log.
    public let origin: String
    /// The number of leaves.
    public let size: UInt64
    /// The root at that size.
    public let root: TreeHash
    /// Lines of others behind the three, each non-empty. The ledger writes none.
    public let extensionLines: [String]

    /// A checkpoint to be signed. The origin may be neither empty nor more than one line.
    public init(origin: String, size: UInt64, root: TreeHash) {
        precondition(!origin.isEmpty && !origin.contains("\n"), "an origin is one line")
        self.origin = origin
        self.size = size
        self.root = root
        extensionLines = []
    }

    /// Reads the text of a note as a checkpoint.
    public init(parsing text: String) throws(NoteError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 4, lines.last == "", !lines.dropLast().contains("") else {
            throw .malformed("a checkpoint has three lines at least and no empty one")
        }
        guard let size = UInt64(lines[1]), String(size) == lines[1] else {
            throw .malformed(
                "the second line of a checkpoint is its size in decimal digits, not '\(lines[1])'")
        }
        guard let root = TreeHash(base64: lines[2]) else {
            throw .malformed(
                "the third line of a checkpoint is a root of 32 bytes in base64, not '\(lines[2])'")
        }
        origin = lines[0]
        self.size = size
        self.root = root
        extensionLines = Array(lines[3..<lines.count - 1])
    }

    /// The text that is signed.
    public var text: String {
        ([origin, String(size), root.base64Text] + extensionLines).map { $0 + "\n" }.joined()
    }

    /// The checkpoint as a note signed by the log's key, whose name is to be the origin.
    public func signed(with key: NoteSigningKey) throws(NoteError) -> SignedNote {
        var note = try SignedNote(text: text)
        try note.sign(with: key)
        return note
    }
}
