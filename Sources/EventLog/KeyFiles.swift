import Crypto
import FoundationEssentials
import Glibc
import Merkle

/// The two secrets that lie beside the customers' keys as files of their own, readable by their owner only.
enum KeyFiles {
    /// Makes both in a new `keys/` folder; the ledger's public key in the form of signed notes.
    static func create(folder: String, origin: String) throws(LogError) -> String {
        if override == nil {
            let key = SymmetricKey(size: .bits256)
            try Files.writeSecret(hex(key.bytes) + "\n", to: folder + "/wrapping.key")
        }
        let privateKey = Curve25519.Signing.PrivateKey()
        do {
            let signing = try NoteSigningKey(name: origin, privateKey: privateKey)
            try Files.writeSecret(signing.secretText + "\n", to: folder + "/signing.key")
            return signing.verifier.text
        } catch let error as NoteError {
            throw LogError(.invalid, "the origin cannot name a key: \(error)")
        } catch {
            throw LogError.wrapping(error)
        }
    }

    /// The key that wraps the customers' keys.
    static func readWrappingKey(folder: String) throws(LogError) -> SymmetricKey {
        let path = override ?? folder + "/wrapping.key"
        let text = try Files.readSecret(path)
        guard let bytes = bytes(ofHex: text), bytes.count == 32 else {
            throw LogError(.keys, "\(path) does not hold a wrapping key: 64 hexadecimal digits are expected")
        }
        return SymmetricKey(data: bytes)
    }

    /// The key that signs checkpoints, which must be the one that the log names as its newest.
    ///
    /// A rotation that was interrupted behind its commit is brought to its end: the next key takes its place.
    static func readSigningKey(folder: String, named newest: NoteVerifierKey) throws(LogError)
        -> NoteSigningKey
    {
        let path = folder + "/signing.key"
        let key = try signingKey(path)
        if key.verifier == newest { return key }
        if Files.exists(nextSigningKey(folder)), try signingKey(nextSigningKey(folder)).verifier == newest {
            try installNextSigningKey(folder: folder)
            return try signingKey(path)
        }
        throw LogError(
            .keys,
            "\(path) is not the key that this ledger signs with (id \(newest.hexID)), but one of id "
                + "\(key.verifier.hexID): put the right file back, or ask who replaced it")
    }

    /// Makes a key for the time after a rotation, beside the one in use.
    static func createNextSigningKey(folder: String, origin: String) throws(LogError) -> NoteSigningKey {
        let path = nextSigningKey(folder)
        // Left by a rotation that was interrupted before its commit: nothing was ever signed with it.
        if Files.exists(path) { Files.removeFile(path) }
        do {
            let key = try NoteSigningKey(name: origin, privateKey: Curve25519.Signing.PrivateKey())
            try Files.writeSecret(key.secretText + "\n", to: path)
            try Files.syncFolder(folder)
            return key
        } catch let error as NoteError {
            throw LogError(.invalid, "the origin cannot name a key: \(error)")
        } catch {
            throw LogError.wrapping(error)
        }
    }

    /// Puts the next key in the place of the one in use, whose secret is then gone.
    static func installNextSigningKey(folder: String) throws(LogError) {
        try Files.rename(nextSigningKey(folder), to: folder + "/signing.key")
        try Files.syncFolder(folder)
    }

    private static func nextSigningKey(_ folder: String) -> String { folder + "/signing.key.next" }

    private static func signingKey(_ path: String) throws(LogError) -> NoteSigningKey {
        let text = try Files.readSecret(path)
        do {
            return try NoteSigningKey(parsing: String(text.prefix { $0 != "\n" }))
        } catch {
            throw LogError(.keys, "\(path) does not hold a signing key: \(error)")
        }
    }

    private static var override: String? {
        guard let path = ProcessInfo.processInfo.environment[LedgerKeys.wrappingKeyVariable], !path.isEmpty
        else {
            return nil
        }
        return path
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: " ") }
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
            else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
