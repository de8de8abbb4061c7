/// A proof that an entry is in a log, which needs nothing but itself, the entry and the log's public key
/// (C2SP tlog-proof, version 1).
public struct TransparencyProof: Hashable, Sendable {
    /// The line that every such proof begins with.
    public static let header = "c2sp.org/tlog-proof@v1"

    /// Bytes that travel with the proof: the ledger puts the sealed line here. Only what they hash to is proved.
    public let extra: [UInt8]?
    /// The index of the entry.
    public let index: UInt64
    /// The sibling hashes, the leaf's own first.
    public let hashes: [TreeHash]
    /// The signed checkpoint. Not to be believed before `verify`.
    public let note: SignedNote

    /// A proof of these parts.
    public init(extra: [UInt8]?, index: UInt64, hashes: [TreeHash], note: SignedNote) {
        self.extra = extra
        self.index = index
        self.hashes = hashes
        self.note = note
    }

    /// Reads a proof in its text form, in the one spelling that there is.
    public init(parsing text: String) throws(NoteError) {
        let bytes = Array(text.utf8)
        let newline = UInt8(ascii: "\n")
        guard
            let gap = bytes.indices.dropFirst().first(where: {
                bytes[$0] == newline && bytes[$0 - 1] == newline
            })
        else { throw .malformed("no empty line stands before the checkpoint of the proof") }
        var lines = bytes[..<(gap - 1)].split(separator: newline, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }[...]
        guard lines.popFirst() == Self.header else {
            throw .malformed("a proof begins with the line \(Self.header)")
        }
        if let line = lines.first, line.hasPrefix("extra ") {
            guard let extra = Base64.decode(String(line.dropFirst("extra ".count))) else {
                throw .malformed("the extra data of the proof is not base64")
            }
            self.extra = extra
            lines.removeFirst()
        } else {
            extra = nil
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "),
            let index = UInt64(line.dropFirst("index ".count)), line == "index \(index)"
        else { throw .malformed("the proof names no index in decimal digits") }
        self.index = index
        var hashes: [TreeHash] = []
        for line in lines {
            guard let hash = TreeHash(base64: line) else {
                throw .malformed("'\(line.prefix(60))' is not a hash of 32 bytes in base64")
            }
            hashes.append(hash)
        }
        self.hashes = hashes
        note = try SignedNote(parsing: String(decoding: bytes[(gap + 1)...], as: UTF8.self))
    }

    /// The text form.
    public var description: String {
        var lines = [Self.header]
        if let extra { lines.append("extra \(Base64.encode(extra))") }
        lines.append("index \(index)")
        lines += hashes.map(\.base64Text)
        return lines.map { $0 + "\n" }.joined() + "\n" + note.description
    }
}
