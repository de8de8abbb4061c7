public import Crypto

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

    /// Checks that the key signed the text.
    public func verify(with key: NoteVerifierKey) throws(NoteError) {
        let own = signatures.filter { $0.name == key.name && $0.keyID == key.keyID }
        guard !own.isEmpty else { throw .unsigned(by: key.name) }
        for signature in own {
            guard key.publicKey.isValidSignature(signature.bytes, for: Array(text.utf8)) else {
                throw .wrongSignature(by: key.name)
            }
        }
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

/// The public half of a note key.
public struct NoteVerifierKey: Sendable {
    /// The signature type of plain Ed25519 (C2SP signed-note).
    static let ed25519: UInt8 = 1

    /// The name of the key; for a log, its origin.
    public let name: String
    /// The Ed25519 public key.
    public let publicKey: Curve25519.Signing.PublicKey
    /// The four bytes by which signature lines name the key.
    public let keyID: UInt32

    /// A key under a name, which may not be empty nor hold spaces or plus signs.
    public init(name: String, publicKey: Curve25519.Signing.PublicKey) throws(NoteError) {
        guard !name.isEmpty, !name.contains(where: { $0.isWhitespace || $0 == "+" }) else {
            throw .malformed("the key name '\(name)' is empty or holds a space or a plus sign")
        }
        self.name = name
        self.publicKey = publicKey
        let identified = Array(name.utf8) + [UInt8(ascii: "\n"), Self.ed25519] + publicKey.rawRepresentation
        keyID = TreeHasher.hash(identified).bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// Reads a key in the form `name+hex id+base64 of the type and the key`.
    public init(parsing text: String) throws(NoteError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 3, let blob = Base64.decode(parts[2]), blob.first == Self.ed25519,
            let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: blob.dropFirst())
        else { throw .malformed("a verifier key is of the form: name, plus, hex id, plus, base64 key") }
        try self.init(name: parts[0], publicKey: publicKey)
        guard parts[1] == hexID else {
            throw .malformed("the key's id is \(hexID), not \(parts[1]): the key was changed")
        }
    }

    /// The key in the form `name+hex id+base64 of the type and the key`, as verifiers take it.
    public var text: String {
        "\(name)+\(hexID)+\(Base64.encode([Self.ed25519] + publicKey.rawRepresentation))"
    }

    var hexID: String {
        let digits = String(keyID, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

/// The private half of a note key. Only `secretText` gives it away, for the file that keeps it.
public struct NoteSigningKey: Sendable {
    private static let mark = "PRIVATE+KEY+"

    /// The public half.
    public let verifier: NoteVerifierKey
    private let privateKey: Curve25519.Signing.PrivateKey

    /// A key under a name, which may not be empty nor hold spaces or plus signs.
    public init(name: String, privateKey: Curve25519.Signing.PrivateKey) throws(NoteError) {
        verifier = try NoteVerifierKey(name: name, publicKey: privateKey.publicKey)
        self.privateKey = privateKey
    }

    /// Reads a key in the form of `secretText`.
    public init(parsing text: String) throws(NoteError) {
        let parts = text.dropFirst(Self.mark.count).split(separator: "+", maxSplits: 2).map(String.init)
        guard text.hasPrefix(Self.mark), parts.count == 3, let blob = Base64.decode(parts[2]),
            blob.first == NoteVerifierKey.ed25519,
            let privateKey = try? Curve25519.Signing.PrivateKey(rawRepresentation: blob.dropFirst())
        else {
            throw .malformed(
                "a signing key is of the form: PRIVATE+KEY+, name, plus, hex id, plus, base64 key")
        }
        try self.init(name: parts[0], privateKey: privateKey)
        guard parts[1] == verifier.hexID else {
            throw .malformed(
                "the signing key's id is \(verifier.hexID), not \(parts[1]): the key was changed")
        }
    }

    /// The key as signers of notes keep it: `PRIVATE+KEY+name+hex id+base64 of the type and the seed`.
    public var secretText: String {
        let blob = [NoteVerifierKey.ed25519] + privateKey.rawRepresentation
        return "\(Self.mark)\(verifier.name)+\(verifier.hexID)+\(Base64.encode(blob))"
    }

    func signature(of text: String) throws(NoteError) -> NoteSignature {
        do {
            let bytes = try privateKey.signature(for: Array(text.utf8))
            return NoteSignature(name: verifier.name, keyID: verifier.keyID, bytes: Array(bytes))
        } catch {
            throw .malformed("the key of \(verifier.name) could not sign: \(error)")
        }
    }
}
