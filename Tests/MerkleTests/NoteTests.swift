import Crypto
import Merkle
import Testing

@Suite struct NoteTests {
    /// The example in the documentation of golang.org/x/mod/sumdb/note.
    @Test func aNoteSignedByAnotherImplementationIsVerified() throws {
        let key = try NoteVerifierKey(
            parsing: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        let text =
            "If you think cryptography is the answer to your problem,\n"
            + "then you don't know what your problem is.\n"
        let line =
            "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
            + "otpRZb6KE6RyyBwJnAM=\n"
        let note = try SignedNote(parsing: text + "\n" + line)
        #expect(note.text == text)
        try note.verify(with: key)
        #expect(note.description == text + "\n" + line)
        #expect(throws: NoteError.wrongSignature(by: "PeterNeumann")) {
            try SignedNote(parsing: "Another text.\n\n" + line).verify(with: key)
        }
    }

    @Test func aCheckpointSurvivesSigningAndReading() throws {
        let key = try NoteSigningKey(name: "daybook.local/0123456789abcdef", privateKey: .init())
        let checkpoint = Checkpoint(origin: key.verifier.name, size: 12_345, root: TreeHasher.leaf([1]))
        var note = try checkpoint.signed(with: key)
        let witness = try NoteSigningKey(name: "witness.example", privateKey: .init())
        try note.sign(with: witness)
        let read = try SignedNote(parsing: note.description)
        let published = try NoteVerifierKey(parsing: key.verifier.text)
        try read.verify(with: published)
        try read.verify(with: witness.verifier)
        #expect(try Checkpoint(parsing: read.text) == checkpoint)
        let other = Curve25519.Signing.PrivateKey().publicKey
        let stranger = try NoteVerifierKey(name: key.verifier.name, publicKey: other)
        #expect(throws: NoteError.unsigned(by: stranger.name)) { try read.verify(with: stranger) }
    }

    @Test(arguments: [
        "", "text", "text\n", "text\n\n", "text\n\n- name AAAAAAA=\n", "text\n\n\u{2014} name AAAA\n",
        "text\n\n\u{2014} name AAAAAAA=", "text\n\n\u{2014}  AAAAAAA=\n",
        "te\txt\n\n\u{2014} name AAAAAAA=\n",
        "\n\u{2014} name AAAAAAA=\n",
    ])
    func aNoteOfAnotherFormIsRefused(_ text: String) {
        #expect(throws: NoteError.self) { try SignedNote(parsing: text) }
    }

    @Test(arguments: [
        "", "origin\n1\n", "origin\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n1\nAAAA\n", "origin\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ])
    func aCheckpointOfAnotherFormIsRefused(_ text: String) {
        #expect(throws: NoteError.self) { try Checkpoint(parsing: text) }
    }

    @Test func aKeyWhoseNameOrBytesWereChangedIsRefused() throws {
        let text = try NoteSigningKey(name: "name", privateKey: .init()).verifier.text
        #expect(throws: NoteError.self) { try NoteVerifierKey(parsing: "other" + text.dropFirst(4)) }
        #expect(throws: NoteError.self) { try NoteVerifierKey(parsing: String(text.dropLast(4))) }
        #expect(throws: NoteError.self) { try NoteSigningKey(name: "a name", privateKey: .init()) }
    }
}
