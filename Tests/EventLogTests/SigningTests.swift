import Crypto
import Foundation
import LMDB
import Merkle
import Testing

@testable import EventLog

@Suite struct SigningTests {
    @Test func theLogIsSignedAsItStandsAndOnceOnly() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let first = try log.signCheckpoint()
        #expect(first.checkpoint.size == 1)
        #expect(first.checkpoint.origin == log.facts.origin)
        #expect(first.isSigned(by: try NoteVerifierKey(parsing: log.facts.publicKey)))
        #expect(try log.signCheckpoint() == first)
        for number in 1...700 { try log.append([event("e\(number)")]) }
        let second = try log.signCheckpoint()
        try log.read { view in
            #expect(second.checkpoint.root == view.root)
            let (all, last) = (try view.checkpoints(), try view.lastCheckpoint())
            #expect(all == [first, second])
            #expect(last == second)
            let (earlier, missing) = (try view.checkpoint(ofSize: 1), try view.checkpoint(ofSize: 2))
            #expect(earlier == first)
            #expect(missing == nil)
        }
    }

    @Test func aNewKeySignsTogetherWithTheOldOneFirst() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let old = try NoteVerifierKey(parsing: log.facts.publicKey)
        let before = try log.signCheckpoint()
        try log.append([event("e1")])
        let change = try log.rotateSigningKey()
        let eras = try log.read { try $0.signingEras() }
        #expect(eras.map(\.from) == [0, 2])
        #expect(eras[0].key == old)
        #expect(change.isSigned(by: old) && change.isSigned(by: eras[1].key))
        #expect(try log.signCheckpoint() == change)
        try log.append([event("e2")])
        let after = try log.signCheckpoint()
        #expect(!after.isSigned(by: old) && after.isSigned(by: eras[1].key))
        #expect(before.isSigned(by: old))
        #expect(
            Files.names(in: ledger.folder + "/keys").filter { $0.hasPrefix("signing") } == ["signing.key"])
    }

    @Test func aRotationThatWasInterruptedBehindItsCommitIsBroughtToItsEnd() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let path = ledger.folder + "/keys/signing.key"
        let old = try Data(contentsOf: URL(filePath: path))
        _ = try log.rotateSigningKey()
        let files = FileManager.default
        try files.moveItem(atPath: path, toPath: path + ".next")
        #expect(files.createFile(atPath: path, contents: old, attributes: [.posixPermissions: 0o600]))
        try log.append([event("e1")])
        let signed = try log.signCheckpoint()
        #expect(signed.isSigned(by: try #require(try log.read { try $0.signingEras() }.last).key))
        #expect(!files.fileExists(atPath: path + ".next"))
    }

    @Test func aStrangersKeySignsNothing() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let path = ledger.folder + "/keys/signing.key"
        let stranger = try NoteSigningKey(name: log.facts.origin, privateKey: .init())
        try FileManager.default.removeItem(atPath: path)
        try Files.writeSecret(stranger.secretText + "\n", to: path)
        let error = #expect(throws: LogError.self) { try log.signCheckpoint() }
        #expect(error?.category == .keys)
    }

    @Test func aWitnessIsKeptWhoSignedExactlyOurCheckpoint() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let signed = try log.signCheckpoint()
        let witness = try NoteSigningKey(name: "witness.example", privateKey: .init())
        var note = signed.note
        try note.sign(with: witness)
        let kept = try log.addCosignatures(of: note, by: witness.verifier)
        #expect(kept.isSigned(by: witness.verifier))
        #expect(try log.signCheckpoint() == kept)
        #expect(try log.addCosignatures(of: note, by: witness.verifier) == kept)
        #expect(try log.read { try $0.witnesses() } == [witness.verifier])

        var foreign = try SignedNote(
            text: Checkpoint(origin: "other", size: 1, root: signed.checkpoint.root).text)
        try foreign.sign(with: witness)
        let stranger = try NoteSigningKey(name: "stranger.example", privateKey: .init())
        for (note, key) in [
            (foreign, witness.verifier), (note, stranger.verifier), (signed.note, witness.verifier),
        ] {
            let error = #expect(throws: LogError.self) { try log.addCosignatures(of: note, by: key) }
            #expect(error?.category == .invalid)
        }
    }

    /// A log beside a copy of itself that went another way, and the checkpoints of the one put into the other.
    private func transplant(from source: TestLedger, into folder: String) throws {
        let notes = try source.log().read { view in
            try view.checkpoints().map { ($0.checkpoint.size, Array($0.note.description.utf8)) }
        }
        let environment = try LMDBEnvironment(folder: folder + "/log", access: .write)
        let state = try environment.database(LogFormat.state, create: false)
        try environment.write { transaction in
            for (size, note) in notes {
                try transaction.put(note.span, for: LogFormat.checkpointKey.appending(size), in: state)
            }
        }
        try environment.close()
    }

    @Test(arguments: [1, 3]) func whatWasRolledBackOrForkedIsNotSigned(appended: Int) throws {
        let ledger = try TestLedger()
        try ledger.log().append([event("e1")])
        _ = try ledger.log().signCheckpoint()
        try ledger.close()
        let copy = ledger.folder + ".copy"
        try FileManager.default.copyItem(atPath: ledger.folder, toPath: copy)
        try ledger.log().append([event("e2"), event("e3")])
        _ = try ledger.log().signCheckpoint()
        try transplant(from: ledger, into: copy)
        let forked = try EventLog(opening: copy, access: .write, options: ledger.options)
        for number in 1...appended { try forked.append([event("other \(number)")]) }
        let error = #expect(throws: LogError.self) { try forked.signCheckpoint() }
        #expect(error?.category == .damaged)
        #expect(error?.message.contains(appended == 1 ? "rolled back" : "the past was changed") == true)
        try forked.close()
    }
}
