public import Crypto

/// What a key signs, as its type byte says (C2SP signed-note).
public enum NoteKeyKind: UInt8, Sendable {
    /// The text of the note as it is: a log's key.
    case plain = 1
    /// The text behind a header with the time of signing: a witness's key (C2SP tlog-cosignature, v1).
    case cosignature = 4
}

/// The public half of a note key.
public struct NoteVerifierKey: Hashable, Sendable {
    /// The name of the key; for a log, its origin.
    public let name: String
    /// What the key signs.
    public let kind: NoteKeyKind
    /// The 32 bytes of the Ed25519 public key (RFC 8032).
    public let keyBytes: [UInt8]
    /// The four bytes by which signature lines name the key.
    public let keyID: UInt32

    /// A key under a name, which may not be empty nor hold spaces or plus signs.
    public init(
        name: String, publicKey: Curve25519.Signing.PublicKey, kind: NoteKeyKind = .plain
    ) throws(NoteError) {
        guard !name.isEmpty, !name.contains(where: { $0.isWhitespace || $0 == "+" }) else {
            throw .malformed("the key name '\(name)' is empty or holds a space or a plus sign")
        }
        self.name = name
        self.kind = kind
        keyBytes = Array(publicKey.rawRepresentation)
        let identified = Array(name.utf8) + [UInt8(ascii: "\n"), kind.rawValue] + keyBytes
        keyID = TreeHasher.hash(identified).bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// Reads a key in the form `name+hex id+base64 of the type and the key`.
    public init(parsing text: String) throws(NoteError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 3, let blob = Base64.decode(parts[2]), let type = blob.first,
            let kind = NoteKeyKind(rawValue: type),
            let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: blob.dropFirst())
        else { throw .malformed("a verifier key is of the form: name, plus, hex id, plus, base64 key") }
        try self.init(name: parts[0], publicKey: publicKey, kind: kind)
        guard parts[1] == hexID else {
            throw .malformed("the key's id is \(hexID), not \(parts[1]): the key was changed")
        }
    }

    /// The key in the form `name+hex id+base64 of the type and the key`, as verifiers take it.
    public var text: String {
        "\(name)+\(hexID)+\(Base64.encode([kind.rawValue] + keyBytes))"
    }

    /// The key's id as it is written: eight hexadecimal digits.
    public var hexID: String {
        let digits = String(keyID, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Whether the bytes of a signature line fit a text.
    func isValid(_ signature: [UInt8], for text: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: keyBytes) else { return false }
        switch kind {
        case .plain: return key.isValidSignature(signature, for: Array(text.utf8))
        case .cosignature:
            guard signature.count == 8 + 64 else { return false }
            let seconds = signature[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard seconds <= UInt64(Int64.max) else { return false }
            return key.isValidSignature(
                signature[8...], for: Self.cosigned(text, atSeconds: seconds))
        }
    }

    /// What a witness signs: two lines of its own, then the checkpoint's text.
    static func cosigned(_ text: String, atSeconds seconds: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(seconds)\n\(text)".utf8)
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
            blob.first == NoteKeyKind.plain.rawValue,
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
        let blob = [NoteKeyKind.plain.rawValue] + privateKey.rawRepresentation
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
