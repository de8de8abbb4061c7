/// Why a note is refused.
public enum NoteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is not in the form of C2SP signed-note.
    case malformed(String)
    /// No signature by this key is on it.
    case unsigned(by: String)
    /// The signature by this key does not fit the text.
    case wrongSignature(by: String)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .malformed(let what): "not a signed note: \(what)"
        case .unsigned(let name): "the note carries no signature by \(name)"
        case .wrongSignature(let name): "the signature by \(name) does not fit the note's text"
        }
    }
}

/// One signature line of a note.
public struct NoteSignature: Hashable, Sendable {
    /// The name of the key.
    public let name: String
    /// The first four bytes of the hash that identifies the key, in big-endian order.
    public let keyID: UInt32
    /// The signature as such, without the key's identifier.
    public let bytes: [UInt8]

    /// A signature as it was received or made elsewhere.
    public init(name: String, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// The line, without its newline.
    public var line: String {
        var blob = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) }
        blob.append(contentsOf: bytes)
        return "\u{2014} \(name) \(Base64.encode(blob))"
    }
}

/// A text signed by one or more keys (C2SP signed-note). Not to be believed before `verify`.
public struct SignedNote: Hashable, Sendable {
    /// The text that is signed, its last newline included.
    public let text: String
    /// The signatures, in the note's order.
    public private(set) var signatures: [NoteSignature]

    /// A note of a text that ends in a newline, yet unsigned.
    public init(text: String) throws(NoteError) {
        try Self.check(text)
        guard text.hasSuffix("\n") else { throw .malformed("the text does not end in a newline") }
        self.text = text
        signatures = []
    }

    /// Reads a note, signatures and all.
    public init(parsing note: String) throws(NoteError) {
        try Self.check(note)
        let bytes = Array(note.utf8)
        let newline = UInt8(ascii: "\n")
        guard bytes.last == newline else { throw .malformed("it does not end in a newline") }
        guard
            let gap = (1..<max(bytes.count, 1)).last(where: {
                bytes[$0] == newline && bytes[$0 - 1] == newline
            })
        else { throw .malformed("no empty line stands before the signatures") }
        text = String(decoding: bytes[..<gap], as: UTF8.self)
        signatures = []
        for line in bytes[(gap + 1)...].split(separator: newline, omittingEmptySubsequences: false).dropLast()
        {
            signatures.append(try Self.signature(String(decoding: line, as: UTF8.self)))
        }
        guard !signatures.isEmpty else { throw .malformed("it has no signature") }
    }

    /// The whole note, as it is published.
    public var description: String {
        text + "\n" + signatures.map { $0.line + "\n" }.joined()
    }

    /// Adds the signature of a key.
    public mutating func sign(with key: NoteSigningKey) throws(NoteError) {
        signatures.append(try key.signature(of: text))
    }

    /// Adds a signature made elsewhere, as a witness's cosignature is.
    public mutating func add(_ signature: NoteSignature) {
        signatures.append(signature)
    }

    /// Checks that the key signed the text, and did so once: then every byte of the line counts.
    public func verify(with key: NoteVerifierKey) throws(NoteError) {
        let own = signatures.filter { $0.name == key.name && $0.keyID == key.keyID }
        guard let signature = own.first else { throw .unsigned(by: key.name) }
        guard own.count == 1 else { throw .malformed("\(key.name) signed it more than once") }
        guard key.isValid(signature.bytes, for: text) else { throw .wrongSignature(by: key.name) }
    }

    private static func check(_ text: String) throws(NoteError) {
        for byte in text.utf8 where byte < 0x20 && byte != UInt8(ascii: "\n") {
            throw .malformed("it contains the control character \(byte)")
        }
    }

    private static func signature(_ line: String) throws(NoteError) -> NoteSignature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "\u{2014}", !parts[1].isEmpty else {
            throw .malformed("a signature line is not of the form: em dash, name, base64")
        }
        guard let blob = Base64.decode(parts[2]), blob.count > 4 else {
            throw .malformed("the signature of \(parts[1]) is not base64 of more than four bytes")
        }
        let keyID = blob[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return NoteSignature(name: parts[1], keyID: keyID, bytes: Array(blob[4...]))
    }
}
