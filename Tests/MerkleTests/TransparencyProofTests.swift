import Crypto
import Merkle
import Testing

@Suite struct TransparencyProofTests {
    private func proof() throws -> (TransparencyProof, NoteVerifierKey) {
        let key = try NoteSigningKey(name: "log.example/one", privateKey: .init())
        let all = leaves(11)
        let tree = GrownTree(all).tree(ofSize: 11)
        let note = try Checkpoint(origin: "log.example/one", size: 11, root: tree.root()).signed(with: key)
        let hashes = tree.inclusionProof(of: 4).hashes
        return (
            TransparencyProof(extra: Array("leaf 4".utf8), index: 4, hashes: hashes, note: note), key.verifier
        )
    }

    @Test func aProofIsReadAsItWasWritten() throws {
        let (proof, key) = try proof()
        let read = try TransparencyProof(parsing: proof.description)
        #expect(read == proof)
        #expect(read.description == proof.description)
        try read.note.verify(with: key)
        let bare = TransparencyProof(extra: nil, index: 0, hashes: [], note: proof.note)
        #expect(try TransparencyProof(parsing: bare.description) == bare)
    }

    @Test func aProofInAnotherSpellingIsRefused() throws {
        let text = try proof().0.description
        let spoilt = [
            text.replacing("tlog-proof@v1", with: "tlog-proof@v2"),
            text.replacing("index 4", with: "index 04"),
            text.replacing("index 4", with: "index  4"), text.replacing("index 4\n", with: ""),
            text.replacing("extra ", with: "extra  "), text.replacing("\n\n", with: "\n"),
            "\n" + text, String(text.dropLast()), text.replacing("index 4\n", with: "index 4\nAAAA\n"),
            text.replacing("index 4", with: "index -4"),
            text.replacing("index 4", with: "index 99999999999999999999"),
        ]
        for text in spoilt {
            #expect(throws: NoteError.self, "\(text)") { try TransparencyProof(parsing: text) }
        }
    }
}

/// C2SP tlog-cosignature, version 1.
@Suite struct CosignatureTests {
    private let secret = Curve25519.Signing.PrivateKey()

    private func line(_ text: String, seconds: UInt64, claimed: UInt64? = nil) throws -> NoteSignature {
        let message = "cosignature/v1\ntime \(seconds)\n" + text
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: (claimed ?? seconds) >> UInt64(56 - 8 * $0)) }
        let key = try NoteVerifierKey(
            name: "witness.example/w", publicKey: secret.publicKey, kind: .cosignature)
        return NoteSignature(
            name: key.name, keyID: key.keyID,
            bytes: bytes + Array(try secret.signature(for: Array(message.utf8))))
    }

    @Test func aCosignatureHoldsForItsTextAndTimeOnly() throws {
        let key = try NoteVerifierKey(
            name: "witness.example/w", publicKey: secret.publicKey, kind: .cosignature)
        let text = Checkpoint(origin: "log.example", size: 3, root: .ofEmptyTree).text
        var note = try SignedNote(text: text)
        note.add(try line(text, seconds: 1_679_315_147))
        try note.verify(with: key)
        #expect(try NoteVerifierKey(parsing: key.text) == key)
        let other = try SignedNote(parsing: note.description.replacing("\n3\n", with: "\n4\n"))
        #expect(throws: NoteError.wrongSignature(by: key.name)) { try other.verify(with: key) }
        for (seconds, claimed) in [(7, 8), (UInt64.max, UInt64.max)] as [(UInt64, UInt64)] {
            var note = try SignedNote(text: text)
            note.add(try line(text, seconds: seconds, claimed: claimed))
            #expect(throws: NoteError.wrongSignature(by: key.name)) { try note.verify(with: key) }
        }
    }

    @Test func aPlainSignatureIsNoCosignature() throws {
        let text = Checkpoint(origin: "log.example", size: 3, root: .ofEmptyTree).text
        let plain = try NoteSigningKey(name: "witness.example/w", privateKey: secret)
        var note = try SignedNote(text: text)
        try note.sign(with: plain)
        try note.verify(with: plain.verifier)
        let key = try NoteVerifierKey(
            name: "witness.example/w", publicKey: secret.publicKey, kind: .cosignature)
        #expect(throws: NoteError.unsigned(by: key.name)) { try note.verify(with: key) }
    }
}
